using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Cuts the script that <c>pg_restore --verbose</c> prints, as it comes, into one entry for each line of <c>pg_restore --list</c>. A
/// header counts only where SQL text has a comment of its own, so a function's body that looks like one cuts nothing.
/// </summary>
internal sealed class TocCutter
{
    private readonly Dictionary<int, TocLine> expected;
    private readonly HashSet<int> postData;
    private readonly StorageDefaults storage = new();
    private readonly TextPool texts = new();
    private readonly ImmutableArray<SchemaEntry>.Builder entries = ImmutableArray.CreateBuilder<SchemaEntry>();

    /// <summary>The script from <see cref="header"/> on.</summary>
    private readonly ArrayBufferWriter<byte> begun = new();
    private TocHeader? header;

    /// <summary>
    /// What ends the text or comment that <see cref="begun"/> is in; empty where none is known to be open.
    /// Not before <see cref="openedAt"/>.
    /// </summary>
    private byte[] closer = [];
    private int openedAt;

    public TocCutter(IReadOnlyCollection<TocLine> preData, IReadOnlyCollection<TocLine> postData)
    {
        this.postData = [.. postData.Select(line => line.Id)];
        expected = preData.Concat(postData).ToDictionary(line => line.Id);
    }

    /// <summary>Takes the script's next line, with its end.</summary>
    /// <exception cref="TocMismatchException">Script and lists do not show the same entry.</exception>
    public void Take(ReadOnlySpan<byte> line)
    {
        // A text may hold a thousand lines that look like headers: it is read anew only where it may have ended.
        if (TocHeader.TryBegin(line) is { } next && begun.WrittenSpan[openedAt..].IndexOf(closer) >= 0 && TryClose())
        {
            header = next;
        }

        begun.Write(line);
    }

    /// <summary>The entries in the script's order.</summary>
    /// <exception cref="TocMismatchException">Script and lists do not show the same entries.</exception>
    public ImmutableArray<SchemaEntry> End()
    {
        if (!TryClose())
        {
            throw new TocMismatchException($"the script ends within a text of entry {header?.Id}");
        }

        return expected.Count == 0 ? entries.ToImmutable() : throw new TocMismatchException($"the script lacks entry {expected.Values.First()}");
    }

    /// <returns>False where a text or a comment has begun that is not at its end.</returns>
    private bool TryClose()
    {
        var text = Encoding.UTF8.GetString(begun.WrittenSpan);
        var tokens = SqlScanner.Scan(text).ToList();
        if (tokens.Count > 0 && tokens[^1].End == text.Length)
        {
            (closer, openedAt) = (Encoding.UTF8.GetBytes(CloserOf(tokens[^1], text)), begun.WrittenCount);
            return false;
        }

        // Lines that set storage defaults stand before the header of the entry that they are for; the first ones before any.
        var statements = SqlStatements.Split(text, WithoutMetaCommands(text, tokens)).Select(ServerOptions.Remove).OfType<string>().ToImmutableArray();
        var own = statements.Length - statements.Reverse().TakeWhile(StorageDefaults.IsOne).Count();
        if (header is not null)
        {
            var toc = tokens.TakeWhile(token => token.Kind == SqlTokenKind.Comment).Aggregate(header, (read, comment) => read.With(comment.In(text)));
            entries.Add(ToEntry(toc, statements.Take(own)));
        }

        statements.Skip(own).ToList().ForEach(storage.Take);
        begun.ResetWrittenCount();
        (closer, openedAt) = ([], 0);
        return true;
    }

    /// <summary>What the end of a text or comment that is open must hold.</summary>
    private static string CloserOf(SqlToken open, string text)
    {
        var opening = open.In(text);
        var quote = opening.IndexOfAny("'\"$");
        return open.Kind == SqlTokenKind.Comment || quote < 0 ? "*/"
            : opening[quote] == '$' ? opening.Slice(quote, opening[(quote + 1)..].IndexOf('$') + 2).ToString()
            : opening[quote].ToString();
    }

    /// <summary>psql's own (<c>\restrict KEY</c>) are printed around the script by newer versions.</summary>
    private static IEnumerable<SqlToken> WithoutMetaCommands(string text, List<SqlToken> tokens)
    {
        var skipTo = 0;
        foreach (var token in tokens)
        {
            if (token.IsSymbol(text, '\\') && token.Start >= skipTo)
            {
                var lineEnd = text.IndexOf('\n', token.Start);
                skipTo = lineEnd < 0 ? text.Length : lineEnd;
            }

            if (token.Start >= skipTo)
            {
                yield return token;
            }
        }
    }

    private SchemaEntry ToEntry(TocHeader toc, IEnumerable<string> own)
    {
        if (!expected.Remove(toc.Id, out var line) || line.CatalogOid != toc.CatalogOid || line.ObjectOid != toc.ObjectOid)
        {
            throw new TocMismatchException($"the script holds entry {toc.Id} (class {toc.CatalogOid} OID {toc.ObjectOid}), which the list does not show there");
        }

        var (kind, schema, tag, owner) = toc.Read(line)
            ?? throw new TocMismatchException($"entry {toc.Id} is `{toc.Names}` in the script and `{line.Rest}` in the list");
        var sql = string.Join('\n', storage.For(kind).Concat(own));
        return new SchemaEntry
        {
            Id = toc.Id,
            Kind = texts.Share(kind),
            Schema = texts.Share(schema),
            Tag = tag,
            Owner = texts.Share(owner),
            Section = IsForTheEnd(kind) || postData.Contains(toc.Id) ? SchemaSection.PostData : SchemaSection.PreData,
            CatalogOid = toc.CatalogOid,
            ObjectOid = toc.ObjectOid,
            Sql = sql,
            DependsOn = toc.DependsOn,
            Digest = SchemaEntry.DigestOf(kind, schema, tag, sql),
        };
    }

    /// <summary>
    /// Privileges come last, as pg_restore does it: an owner who revoked his own rights must still be able to build
    /// indexes, and default privileges must not add to what is created.
    /// </summary>
    private static bool IsForTheEnd(string kind) => kind is "ACL" or "DEFAULT ACL" or "ACL LANGUAGE";
}

/// <summary>What pg_restore printed and what it listed do not agree.</summary>
[SuppressMessage("Design", "CA1064", Justification = "Caught in this room and turned into a diagnostic.")]
internal sealed class TocMismatchException(string message) : Exception(message);
