namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// The schema that every new database begins with. Below 15 it belongs to the superuser that made the server, if nobody changed its
/// template: then a login that is none can create in it, and can't say anything of it.
/// </summary>
internal static class PublicSchema
{
    /// <summary>Whether the entry makes it, or says something of it.</summary>
    public static bool IsAbout(SchemaEntry entry) =>
        entry is { Kind: "SCHEMA", Tag: "public" } || (EntryKinds.IsRemark(entry) && entry.Tag is "SCHEMA public" or "SCHEMA \"public\"");

    /// <summary>The same of what verification lists.</summary>
    public static bool IsAbout((string Kind, string Name) listed) => listed switch
    {
        ("schema", "public") or ("comment" or "owner", "schema public") => true,
        ("grant", var name) => name.StartsWith("schema public to ", StringComparison.Ordinal),
        _ => false,
    };
}
