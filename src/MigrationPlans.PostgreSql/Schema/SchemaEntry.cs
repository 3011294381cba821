using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace MigrationPlans.PostgreSql.Schema;

public enum SchemaSection
{
    PreData,
    PostData,
}

/// <summary>One entry of pg_dump's table of contents, with the statements that restore it.</summary>
/// <remarks>https://www.postgresql.org/docs/current/app-pgrestore.html (<c>--list</c>, <c>--section</c>)</remarks>
public sealed record SchemaEntry
{
    /// <summary>Dump id; stable within one dump only.</summary>
    public required int Id { get; init; }

    /// <summary>As pg_dump prints it: <c>TABLE</c>, <c>INDEX</c>, <c>FK CONSTRAINT</c>, <c>ACL</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Null for objects outside any schema.</summary>
    public string? Schema { get; init; }

    /// <summary>As pg_dump prints it: <c>orders</c>, <c>orders orders_pkey</c>, <c>f(integer)</c>.</summary>
    public required string Tag { get; init; }

    public string? Owner { get; init; }

    public required SchemaSection Section { get; init; }

    /// <summary>The catalog that the object's row is in (<c>pg_class</c> is 1259), and its oid on the source; 0 for neither.</summary>
    public uint CatalogOid { get; init; }

    public uint ObjectOid { get; init; }

    /// <summary>Statements in order; complete in themselves, whatever ran before (search_path is empty).</summary>
    public required string Sql { get; init; }

    /// <summary>Ids of entries that must be restored before.</summary>
    public ImmutableArray<int> DependsOn { get; init; } = [];

    /// <summary>
    /// SHA-256 (lower-case hex) of kind, name and statements: the same object with the same definition has the same digest in
    /// every dump, so a resumed run knows it in the ledger.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>Computes <see cref="Digest"/>; dump ids and the order of the dump play no part.</summary>
    public static string DigestOf(string kind, string? schema, string tag, string sql) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', kind, schema, tag, sql))));

    /// <summary>For messages: <c>INDEX public.orders_pkey</c>.</summary>
    public string Describe() => Schema is null ? $"{Kind} {Tag}" : $"{Kind} {Schema}.{Tag}";
}
