namespace MigrationPlans.PostgreSql.Copy;

/// <summary>The types that one server's columns use, with what they are built of.</summary>
internal sealed class TypeCatalog(IEnumerable<ColumnType> types, int majorVersion)
{
    private readonly Dictionary<uint, ColumnType> byOid = types.ToDictionary(type => type.Oid);

    public int MajorVersion => majorVersion;

    public ColumnType? Find(uint oid) => byOid.GetValueOrDefault(oid);

    /// <summary>True when the type or anything it is built of satisfies the condition.</summary>
    public bool Any(uint oid, Func<ColumnType, bool> condition) => Any(oid, condition, []);

    private bool Any(uint oid, Func<ColumnType, bool> condition, HashSet<uint> seen) =>
        seen.Add(oid) && Find(oid) is { } type && (condition(type) || type.Parts.Any(part => Any(part, condition, seen)));
}
