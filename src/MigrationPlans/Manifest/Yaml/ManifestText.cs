using System.Text;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Gets the text of a file, or says why not.</summary>
public static class ManifestText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<(string? Text, Diagnostic? Diagnostic)> ReadAsync(string path, string file, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
        {
            return (null, ManifestDiagnostics.FileUnreadable(file, "no file has an empty name"));
        }

        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, useAsync: true);
            // One byte more than is allowed tells a file that is too large, also where the length is unknown (a pipe).
            var buffer = new byte[ReadingLimits.Bytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return length > ReadingLimits.Bytes
                ? (null, ManifestDiagnostics.FileTooLarge(file, ReadingLimits.Bytes))
                : Decode(buffer.AsSpan(0, length), file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, ManifestDiagnostics.FileUnreadable(file, "there is no such file"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = Directory.Exists(path) ? "it is a directory" : exception is UnauthorizedAccessException ? "access is denied" : exception.Message;
            return (null, ManifestDiagnostics.FileUnreadable(file, reason));
        }
    }

    /// <summary>UTF-8, with or without a byte order mark; anything else is refused with the line of the first wrong byte.</summary>
    internal static (string? Text, Diagnostic? Diagnostic) Decode(ReadOnlySpan<byte> bytes, string file)
    {
        var offset = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        bytes = bytes[offset..];
        try
        {
            return (Strict.GetString(bytes), null);
        }
        catch (DecoderFallbackException exception)
        {
            var before = bytes[..Math.Clamp(exception.Index, 0, bytes.Length)];
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[lineStart..]) + 1;
            var line = before.Count((byte)'\n') + 1;
            return (null, ManifestDiagnostics.NotUtf8(new SourceSpan(file, line, column, line, column + 1)));
        }
    }
}
