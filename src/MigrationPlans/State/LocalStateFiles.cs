using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>
/// State in a directory of this machine, or of one that shares it. Every write is made on the condition that nobody else has written to the journal since
/// this reader looked: a run that slept while another one took its lock over must not go on writing.
/// </summary>
/// <param name="directory">Made when the first file is written.</param>
public sealed class LocalStateFiles(string directory, TimeProvider clock) : IStateFiles
{
    /// <summary>The journal's length as this reader knows it; null until it has looked.</summary>
    private long? journalLength;

    public string Location => directory;

    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var content = await TryReadAsync(name, cancellationToken);
        if (name == StateStore.JournalName)
        {
            journalLength = content?.Length ?? 0;
        }

        return content;
    }

    public Task ReplaceAsync(string name, ReadOnlyMemory<byte> content) => WriteAsync(name, path => DurableFile.Replace(path, content.Span));

    public Task AppendAsync(string name, ReadOnlyMemory<byte> content) => WriteAsync(name, path =>
    {
        DurableFile.Append(path, content.Span);
        journalLength += content.Length;
    });

    public Task CutAsync(string name, long length) => WriteAsync(name, path =>
    {
        DurableFile.Cut(path, length);
        journalLength = length;
    });

    private string PathOf(string name) => Path.Combine(directory, name);

    private async Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(name), cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotRead(PathOf(name), exception.Message), exception);
        }
    }

    public (string Place, long Line) Locate(string name, long line) => (PathOf(name), line);

    private async Task WriteAsync(string name, Action<string> write)
    {
        try
        {
            using var guard = await LocalGuard.OpenAsync(directory, clock, CancellationToken.None);
            RefuseIfOvertaken();
            write(PathOf(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotWrite(PathOf(name), exception.Message), exception);
        }
    }

    private void RefuseIfOvertaken()
    {
        var journal = PathOf(StateStore.JournalName);
        if (journalLength is { } known && known != LengthOf(journal))
        {
            throw new DiagnosticException(StateDiagnostics.WriteLost(journal));
        }
    }

    private static long LengthOf(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }
}
