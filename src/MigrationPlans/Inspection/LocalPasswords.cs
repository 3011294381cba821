using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>Reads passwords that are kept where migplan runs: in environment variables and in files.</summary>
/// <param name="baseDirectory">What relative paths in the manifest start from: the manifest's directory.</param>
public sealed class LocalPasswords(string baseDirectory)
{
    /// <summary>Null when no reference is given: then no password is sent.</summary>
    /// <exception cref="DiagnosticException">The variable or the file can't be read.</exception>
    /// <exception cref="ArgumentException">The reference is neither of the two.</exception>
    public async ValueTask<Secret?> ReadAsync(Endpoint endpoint, PasswordReference? reference, CancellationToken cancellationToken)
    {
        switch (reference)
        {
            case null:
                return null;
            case { Env: { } variable }:
                var value = Environment.GetEnvironmentVariable(variable)
                    ?? throw new DiagnosticException(InspectionDiagnostics.PasswordVariableMissing(endpoint.Name, variable));
                return new Secret(value);
            case { File: { } path }:
                return new Secret(await ReadFileAsync(endpoint, Path.GetFullPath(path, baseDirectory), cancellationToken));
            default:
                throw new ArgumentException("the password is not kept locally", nameof(reference));
        }
    }

    private static async Task<string> ReadFileAsync(Endpoint endpoint, string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(path, cancellationToken);
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(InspectionDiagnostics.PasswordFileUnreadable(endpoint.Name, path, exception.Message), exception);
        }
    }
}
