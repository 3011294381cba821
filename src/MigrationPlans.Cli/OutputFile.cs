using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli;

/// <summary>A file that a command makes for the user.</summary>
internal static class OutputFile
{
    /// <param name="force">Overwrites what is there.</param>
    /// <returns>Null when it is written; else why not.</returns>
    public static async Task<Diagnostic?> WriteAsync(CommandHost host, string file, string text, bool force, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file, host.WorkingDirectory);
        try
        {
            await using var stream = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
            return null;
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            return ImportDiagnostics.OutputExists(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ImportDiagnostics.OutputUnwritable(file, exception.Message);
        }
    }
}
