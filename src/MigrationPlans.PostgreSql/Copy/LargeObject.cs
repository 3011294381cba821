using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A large object's oid and what belongs to it besides its bytes.</summary>
internal sealed record LargeObject
{
    public required uint Oid { get; init; }

    public required string Owner { get; init; }

    /// <summary>Null: the owner's default rights.</summary>
    public ImmutableArray<LargeObjectGrant>? Grants { get; init; }

    public string? Comment { get; init; }

    /// <summary>All large objects, by oid.</summary>
    public static async Task<ImmutableArray<LargeObject>> ReadAllAsync(NpgsqlConnection source, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        return await source.QueryAsync(EmbeddedSql.Load("large-objects.sql"), reader => Read(reader, owners), cancellationToken);
    }

    private static LargeObject Read(NpgsqlDataReader reader, Dictionary<string, string> owners)
    {
        // There can be millions, of a few owners.
        var owner = reader.GetString(1);
        owners.TryAdd(owner, owner);
        return new LargeObject
        {
            Oid = reader.GetFieldValue<uint>(0),
            Owner = owners[owner],
            Grants = reader.GetBoolean(2)
                ? [.. reader.GetFieldValue<string[]>(3)
                    .Zip(reader.GetFieldValue<string[]>(4), reader.GetFieldValue<string[]>(5))
                    .Select(grant => LargeObjectGrant.Parse(grant.First, grant.Second, grant.Third))]
                : null,
            Comment = reader.IsDBNull(6) ? null : reader.GetString(6),
        };
    }
}

/// <param name="Grantee">Empty for PUBLIC.</param>
/// <param name="Privilege"><c>SELECT</c> or <c>UPDATE</c>.</param>
/// <param name="Grantor">Who gave it: the owner, or somebody who may grant it on.</param>
internal sealed record LargeObjectGrant(string Grantee, string Privilege, bool IsGrantable, string Grantor)
{
    /// <param name="privilege">With an asterisk when it may be granted on.</param>
    public static LargeObjectGrant Parse(string grantee, string privilege, string grantor) =>
        new(grantee, privilege.TrimEnd('*'), privilege.EndsWith('*'), grantor);
}
