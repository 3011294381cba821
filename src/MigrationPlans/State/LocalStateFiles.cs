using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>State in a directory of this machine.</summary>
/// <param name="directory">Made when the first file is written.</param>
public sealed class LocalStateFiles(string directory) : IStateFiles
{
    public string Location => directory;

    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
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

    public Task ReplaceAsync(string name, ReadOnlyMemory<byte> content) => WriteAsync(name, path => DurableFile.Replace(path, content.Span));

    public Task AppendAsync(string name, ReadOnlyMemory<byte> content) => WriteAsync(name, path => DurableFile.Append(path, content.Span));

    public Task CutAsync(string name, long length) => WriteAsync(name, path => DurableFile.Cut(path, length));

    private string PathOf(string name) => Path.Combine(directory, name);

    private Task WriteAsync(string name, Action<string> write)
    {
        try
        {
            // For the owner alone: state names hosts and databases. A directory that is there already stays as its owner made it.
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            write(PathOf(name));
            return Task.CompletedTask;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotWrite(PathOf(name), exception.Message), exception);
        }
    }
}
