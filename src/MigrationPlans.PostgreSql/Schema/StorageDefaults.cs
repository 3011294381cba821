namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// <c>SET default_tablespace</c> and <c>SET default_table_access_method</c>: pg_restore prints them only where they change,
/// and they hold for all that follows. Each entry carries those that it needs.
/// </summary>
internal sealed class StorageDefaults
{
    private const string TablespacePrefix = "SET default_tablespace = ";
    private const string AccessMethodPrefix = "SET default_table_access_method = ";
    private string? tablespace;
    private string? accessMethod;

    public static bool IsOne(string statement) => IsTablespace(statement) || statement.StartsWith(AccessMethodPrefix, StringComparison.Ordinal);

    /// <summary>True for a statement that asks for another tablespace than the database's own.</summary>
    public static bool NamesTablespace(string statement) => IsTablespace(statement) && statement != $"{TablespacePrefix}'';";

    /// <summary>The statement that goes back to the database's own tablespace.</summary>
    public const string NoTablespace = "SET default_tablespace = '';";

    /// <summary>The tablespace that the statement names: <c>SET default_tablespace = "Fast Disk";</c>.</summary>
    public static string TablespaceOf(string statement) => SqlScanner.Scan(statement).ElementAt(3).Name(statement);

    public void Take(string statement)
    {
        if (IsTablespace(statement))
        {
            tablespace = statement;
        }
        else
        {
            accessMethod = statement;
        }
    }

    public IEnumerable<string> For(string kind)
    {
        if (tablespace is not null && kind is ("TABLE" or "MATERIALIZED VIEW" or "INDEX" or "CONSTRAINT"))
        {
            yield return tablespace;
        }

        if (accessMethod is not null && kind is ("TABLE" or "MATERIALIZED VIEW"))
        {
            yield return accessMethod;
        }
    }

    private static bool IsTablespace(string statement) => statement.StartsWith(TablespacePrefix, StringComparison.Ordinal);
}
