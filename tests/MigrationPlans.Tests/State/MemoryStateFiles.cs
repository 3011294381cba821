using MigrationPlans.Diagnostics;
using MigrationPlans.State;

namespace MigrationPlans.Tests.State;

/// <summary>State files in memory that can die at any byte, and that count what was written.</summary>
internal sealed class MemoryStateFiles : IStateFiles
{
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public string Location => "/memory";

    /// <summary>How many bytes can be written until the power goes; null is endless.</summary>
    public long? BytesLeft { get; set; }

    public long BytesWritten { get; private set; }

    public int Writes { get; private set; }

    /// <summary>What the cut looks like to the writer.</summary>
    public Exception? Failure { get; init; }

    public byte[] this[string name]
    {
        get => files[name];
        set => files[name] = value;
    }

    public bool Has(string name) => files.ContainsKey(name);

    public void Delete(string name) => files.Remove(name);

    public MemoryStateFiles Copy()
    {
        var copy = new MemoryStateFiles();
        foreach (var (name, content) in files)
        {
            copy.files[name] = [.. content];
        }

        return copy;
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) => Task.FromResult(files.GetValueOrDefault(name));

    public Task ReplaceAsync(string name, ReadOnlyMemory<byte> content)
    {
        // A rename is there or not; it costs its content's bytes.
        var written = Spend(content.Length);
        if (written < content.Length)
        {
            throw PowerCut(name);
        }

        files[name] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task AppendAsync(string name, ReadOnlyMemory<byte> content)
    {
        var written = Spend(content.Length);
        files[name] = [.. files.GetValueOrDefault(name, []), .. content[..written].Span];
        return written < content.Length ? throw PowerCut(name) : Task.CompletedTask;
    }

    public Task CutAsync(string name, long length)
    {
        files[name] = files[name][..(int)length];
        return Task.CompletedTask;
    }

    private int Spend(int bytes)
    {
        var written = (int)Math.Min(bytes, BytesLeft ?? bytes);
        BytesLeft -= written;
        BytesWritten += written;
        Writes++;
        return written;
    }

    private Exception PowerCut(string name) => Failure ?? new DiagnosticException(StateDiagnostics.CannotWrite(name, "power cut"));

    public (string Place, long Line) Locate(string name, long line) => (name, line);
}
