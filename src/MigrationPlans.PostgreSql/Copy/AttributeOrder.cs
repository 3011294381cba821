namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Finds composites whose attributes come in another order on the target: every form of their values is by position.</summary>
/// <param name="source">The types of the source's columns.</param>
/// <param name="target">The types of the target's columns.</param>
internal sealed class AttributeOrder(TypeCatalog source, TypeCatalog target)
{
    /// <summary>The composite, on the source, that is the type or a part of it; null where there is none.</summary>
    public ColumnType? FindChanged(uint sourceType, uint targetType) => FindChanged(sourceType, targetType, []);

    private ColumnType? FindChanged(uint sourceOid, uint targetOid, HashSet<uint> seen)
    {
        if (!seen.Add(sourceOid) || source.Find(sourceOid) is not { } here || target.Find(targetOid) is not { } there)
        {
            return null;
        }

        return IsReordered(here, there)
            ? here
            : here.Parts.Zip(there.Parts).Select(part => FindChanged(part.First, part.Second, seen)).FirstOrDefault(found => found is not null);
    }

    // Other names are another version's: of an extension, or of a server's own catalogs.
    private static bool IsReordered(ColumnType here, ColumnType there) =>
        !here.Attributes.SequenceEqual(there.Attributes)
        && here.Attributes.Order(StringComparer.Ordinal).SequenceEqual(there.Attributes.Order(StringComparer.Ordinal));
}
