using System.Collections.Concurrent;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>Reads passwords that are kept where migplan runs: in environment variables and in files.</summary>
/// <param name="baseDirectory">What relative paths in the manifest start from: the manifest's directory.</param>
public sealed class LocalPasswords(string baseDirectory)
{
    private const int Longest = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Files that are being read, and pipes that were: these give what they hold once.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Task<Content>>> readings = new(StringComparer.Ordinal);

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
                return await ReadFileAsync(endpoint, Path.GetFullPath(path, baseDirectory), cancellationToken);
            default:
                throw new ArgumentException("the password is not kept locally", nameof(reference));
        }
    }

    private async Task<Secret> ReadFileAsync(Endpoint endpoint, string path, CancellationToken cancellationToken)
    {
        // A pipe that nobody writes to can't be opened, nor the attempt be ended: only the waiting for it.
        var reading = readings.GetOrAdd(path, _ => new Lazy<Task<Content>>(() => Task.Factory.StartNew(
            () => Read(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        try
        {
            return (await reading.Value.WaitAsync(Patience, cancellationToken)).Password;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(path) ? "it is a directory" : exception.Message;
            throw new DiagnosticException(InspectionDiagnostics.PasswordFileUnreadable(endpoint.Name, path, reason), exception);
        }
        catch (TimeoutException exception)
        {
            throw new DiagnosticException(
                InspectionDiagnostics.PasswordFileUnreadable(endpoint.Name, path, $"it has not come to its end within {Patience.TotalSeconds} s"),
                exception);
        }
        finally
        {
            if (reading.Value is { IsCompleted: true } read && read is not { IsCompletedSuccessfully: true, Result.IsGivenOnce: true })
            {
                readings.TryRemove(KeyValuePair.Create(path, reading));
            }
        }
    }

    private static Content Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[Longest + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length > Longest)
        {
            throw new IOException($"it holds more than {Longest / 1024} KiB");
        }

        using var reader = new StreamReader(new MemoryStream(buffer, 0, length));
        var text = reader.ReadToEnd();
        return new Content(new Secret(text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text), IsGivenOnce: !stream.CanSeek);
    }

    private sealed record Content(Secret Password, bool IsGivenOnce);
}
