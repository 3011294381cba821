using System.Collections.Immutable;
using System.Text;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Puts mapped roles' new names into statements: only where the grammar has a role, token by token, so that a table, a
/// column or a text of the same name stays as it is.
/// </summary>
internal sealed class RoleRewriter(ImmutableSortedDictionary<string, string> map)
{
    public SchemaEntry Rewrite(SchemaEntry entry)
    {
        if (map.IsEmpty)
        {
            return entry;
        }

        var statements = SqlStatements.Split(entry.Sql).Select(statement => Rewrite(entry.Kind, statement));
        var owner = entry.Owner is { } name && map.TryGetValue(name, out var mapped) ? mapped : entry.Owner;
        return entry with { Sql = string.Join('\n', statements), Owner = owner };
    }

    internal string Rewrite(string kind, string statement)
    {
        var places = RolePlaces.In(kind, statement);
        return Replace(statement, places);
    }

    private string Replace(string sql, IEnumerable<SqlToken> places)
    {
        var (text, position) = (new StringBuilder(sql.Length), 0);
        foreach (var place in places)
        {
            var isText = place.Kind == SqlTokenKind.Text;
            if (map.TryGetValue(isText ? place.Value(sql) : place.Name(sql), out var name))
            {
                text.Append(sql, position, place.Start - position).Append(isText ? SqlText.Literal(name) : SqlText.Identifier(name));
                position = place.End;
            }
        }

        return text.Append(sql, position, sql.Length - position).ToString();
    }
}
