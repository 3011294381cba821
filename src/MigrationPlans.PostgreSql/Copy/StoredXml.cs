using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// A value of type xml is stored as the text that came in, and its output drops the XML declaration (<c>xml_out</c>, and pg_dump with it). As text
/// it is what is stored: so it is read as text, and taken in as it is.
/// </summary>
internal static class StoredXml
{
    /// <summary>Columns of xml, arrays of it, and domains over these, with the type below. Within composites it is read as it is put out.</summary>
    public static ImmutableDictionary<string, uint> In(TableRows table, TypeCatalog types) => table.Columns.Zip(table.Types)
        .Select(column => (Name: column.First, Type: BaseOf(column.Second, types)))
        .Where(column => column.Type is RowHashValue.Xml or RowHashValue.XmlArray)
        .ToImmutableDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);

    /// <summary>A domain's last part is what it is over: below 14 one over an array names the element before it.</summary>
    private static uint BaseOf(uint type, TypeCatalog types)
    {
        while (types.Find(type) is { Kind: 'd' } domain)
        {
            type = domain.Parts[^1];
        }

        return type;
    }
}
