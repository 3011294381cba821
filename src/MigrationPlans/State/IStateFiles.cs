namespace MigrationPlans.State;

/// <summary>The few files that make up a state, wherever they are kept. When a write returns, it survives a power cut.</summary>
public interface IStateFiles
{
    /// <summary>Where they are, for messages.</summary>
    string Location { get; }

    /// <summary>The file's content; null when there is none.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It can't be read.</exception>
    Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Where a line of the file can be looked up, for messages: in which file, and which line of that.</summary>
    /// <param name="name">Has been read.</param>
    /// <param name="line">From 1 on.</param>
    (string Place, long Line) Locate(string name, long line);

    /// <summary>Puts the content in the file's place, wholly or not at all.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It can't be written.</exception>
    Task ReplaceAsync(string name, ReadOnlyMemory<byte> content);

    /// <summary>Adds to the file's end; a crash can leave a part of the content there.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It can't be written.</exception>
    Task AppendAsync(string name, ReadOnlyMemory<byte> content);

    /// <summary>Cuts the file.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It can't be written.</exception>
    Task CutAsync(string name, long length);
}
