using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Cuts the script that <c>pg_restore --verbose</c> prints into one entry for each line of <c>pg_restore --list</c>. A
/// header counts only where SQL text has a comment of its own, so a function's body that looks like one cuts nothing.
/// </summary>
internal sealed class TocCutter
{
    private readonly string script;
    private readonly Dictionary<int, TocLine> expected;
    private readonly HashSet<int> postData;
    private readonly StorageDefaults storage = new();
    private readonly ImmutableArray<SchemaEntry>.Builder entries = ImmutableArray.CreateBuilder<SchemaEntry>();
    private readonly List<SqlToken> body = [];
    private TocHeader? header;

    private TocCutter(string script, IEnumerable<TocLine> preData, IEnumerable<TocLine> postData)
    {
        this.script = script;
        var post = postData.ToList();
        this.postData = [.. post.Select(line => line.Id)];
        expected = preData.Concat(post).ToDictionary(line => line.Id);
    }

    /// <summary>The entries in the script's order.</summary>
    /// <exception cref="TocMismatchException">Script and lists do not show the same entries.</exception>
    public static ImmutableArray<SchemaEntry> Cut(string script, string preDataList, string postDataList) =>
        new TocCutter(script, TocLine.ParseAll(preDataList), TocLine.ParseAll(postDataList)).Cut();

    private ImmutableArray<SchemaEntry> Cut()
    {
        foreach (var token in Tokens())
        {
            if (token.Kind == SqlTokenKind.Comment)
            {
                ReadComment(token);
            }
            else
            {
                body.Add(token);
            }
        }

        CloseEntry();
        if (expected.Count > 0)
        {
            throw new TocMismatchException($"the script lacks entry {expected.Values.First()}");
        }

        return entries.ToImmutable();
    }

    /// <summary>Without psql's meta-commands (<c>\restrict KEY</c>), which newer versions print around the script.</summary>
    private IEnumerable<SqlToken> Tokens()
    {
        var skipTo = 0;
        foreach (var token in SqlScanner.Scan(script))
        {
            if (token.IsSymbol(script, '\\') && token.Start >= skipTo)
            {
                var lineEnd = script.IndexOf('\n', token.Start);
                skipTo = lineEnd < 0 ? script.Length : lineEnd;
            }

            if (token.Start >= skipTo)
            {
                yield return token;
            }
        }
    }

    private void ReadComment(SqlToken comment)
    {
        var text = comment.In(script);
        if (TocHeader.TryBegin(text) is { } begun)
        {
            CloseEntry();
            header = begun;
        }
        else if (body.Count == 0)
        {
            header = header?.With(text);
        }
    }

    private void CloseEntry()
    {
        if (header is not null)
        {
            // Lines that set storage defaults stand before the header of the entry that they are for.
            var statements = SqlStatements.Split(script, body).Select(ServerOptions.Remove).OfType<string>().ToImmutableArray();
            var own = statements.Length - statements.Reverse().TakeWhile(StorageDefaults.IsOne).Count();
            entries.Add(ToEntry(header, statements.Take(own)));
            statements.Skip(own).ToList().ForEach(storage.Take);
        }

        body.Clear();
        header = null;
    }

    private SchemaEntry ToEntry(TocHeader toc, IEnumerable<string> own)
    {
        if (!expected.Remove(toc.Id, out var line) || line.CatalogOid != toc.CatalogOid || line.ObjectOid != toc.ObjectOid)
        {
            throw new TocMismatchException($"the script holds entry {toc.Id} (class {toc.CatalogOid} OID {toc.ObjectOid}), which the list does not show there");
        }

        var (kind, schema, tag, owner) = toc.Read(line) ?? throw new TocMismatchException($"entry {toc.Id} is `{toc.Names}` in the script and `{line.Rest}` in the list");
        var sql = string.Join('\n', storage.For(kind).Concat(own));
        return new SchemaEntry
        {
            Id = toc.Id,
            Kind = kind,
            Schema = schema,
            Tag = tag,
            Owner = owner,
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
