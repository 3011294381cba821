using System.Collections.Frozen;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Decides whether a column can be sent in COPY's binary format and mean the same on the other server.</summary>
/// <param name="source">The types of the source's columns.</param>
/// <param name="target">The types of the target's columns.</param>
internal sealed class BinaryFormat(TypeCatalog source, TypeCatalog target)
{
    // reg*: the binary form is an oid, which is another object over there. xml: the binary form gains an encoding declaration. The others:
    // an empty value's binary form is refused, by some versions (tsquery) or by all.
    private static readonly FrozenSet<string> GoAsText = FrozenSet.ToFrozenSet(
        [
            "regproc", "regprocedure", "regoper", "regoperator", "regclass", "regtype", "regconfig", "regdictionary",
            "regnamespace", "regrole", "regcollation", "regdatabase", "xml",
            "tsquery", "oidvector", "int2vector",
        ],
        StringComparer.Ordinal);

    /// <summary>
    /// From here on, arrays and composites are received whatever the oids of the types in them are, which differ where these were made
    /// after the server: by users, and in information_schema.
    /// </summary>
    private const int ForeignOidsAccepted = 14;

    public bool IsSafe(uint sourceType, uint targetType) => IsSafe(sourceType, targetType, []);

    private bool IsSafe(uint sourceOid, uint targetOid, HashSet<uint> seen)
    {
        if (!seen.Add(sourceOid))
        {
            return true;
        }

        if (source.Find(sourceOid) is not { } here || target.Find(targetOid) is not { } there)
        {
            return false;
        }

        if (!here.HasBinaryForm || !there.HasBinaryForm || here.Kind != there.Kind || here.Name != there.Name || here.Schema != there.Schema
            || here.Parts.Length != there.Parts.Length)
        {
            return false;
        }

        return IsOwnFormSafe(here, there) && here.Parts.Zip(there.Parts).All(part => IsSafe(part.First, part.Second, seen));
    }

    private bool IsOwnFormSafe(ColumnType here, ColumnType there)
    {
        if (!here.IsUserDefined && GoAsText.Contains(here.Name))
        {
            return false;
        }

        if (here.Kind == 'b' && here.IsUserDefined && !here.IsArray)
        {
            // A base type's form is known to its own code only: trust it within one version of one extension.
            return here.Extension is not null && here.Extension == there.Extension;
        }

        var carriesOids = here.IsArray || here.Kind == 'c';
        return !carriesOids
            || (source.MajorVersion >= ForeignOidsAccepted && target.MajorVersion >= ForeignOidsAccepted)
            || here.Parts.SequenceEqual(there.Parts);
    }
}
