using System.Globalization;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>
/// Names and texts that nobody can read: a server checks nothing in a database of encoding SQL_ASCII, and sends none of it as UTF-8 that
/// is not. So pg_dump fails at them, as does every look at the catalogs. And definitions with a value of type "char" that is no character:
/// servers below 15 print its byte.
/// </summary>
internal static class UnreadableTextLook
{
    private const string Unencoded = "SQL_ASCII";

    private const int EscapesSince = 15;

    private const int Named = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="database">For messages.</param>
    /// <exception cref="StepFailedException">There are some.</exception>
    public static async Task RefuseAsync(NpgsqlConnection connection, string database, CancellationToken cancellationToken)
    {
        var encoding = connection.PostgresParameters.GetValueOrDefault("server_encoding");
        if (encoding != Unencoded && !(encoding == "UTF8" && await HoldsCharsAsync(connection, cancellationToken)))
        {
            return;
        }

        var texts = await connection.QueryAsync(
            EmbeddedSql.Load("unreadable-texts.sql"),
            row => (What: row.GetString(0), Name: row.GetFieldValue<byte[]>(1), Said: row.GetFieldValue<byte[]>(2)),
            cancellationToken);
        var unreadable = texts.Where(text => !IsReadable(text.Said))
            .Select(text => $"{text.What} {Escape(text.Name)}")
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (unreadable.Count > 0)
        {
            var (named, more) = (string.Join(", ", unreadable.Take(Named)), Math.Max(0, unreadable.Count - Named));
            throw new StepFailedException(
                encoding == Unencoded
                    ? CompletenessDiagnostics.TextUnreadable(database, named, more)
                    : CompletenessDiagnostics.CharUnreadable(database, named, more),
                FailureClass.Permanent);
        }
    }

    private static async Task<bool> HoldsCharsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.PostgreSqlVersion.Major < EscapesSince
        && (await connection.QueryAsync(EmbeddedSql.Load("char-values.sql"), row => row.GetBoolean(0), cancellationToken)).Single();

    private static bool IsReadable(byte[] text)
    {
        try
        {
            Strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>As UTF-8, with the bytes that are none as an E'' string has them.</summary>
    internal static string Escape(ReadOnlySpan<byte> text)
    {
        var readable = new StringBuilder();
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                readable.Append(rune);
            }
            else
            {
                foreach (var unknown in text[..length])
                {
                    readable.Append(CultureInfo.InvariantCulture, $"\\x{unknown:x2}");
                }
            }

            text = text[length..];
        }

        return readable.ToString();
    }
}
