namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Words of a connection string of libpq.</summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE</remarks>
public static class ConnectionText
{
    /// <summary>As the value of a keyword, whatever is in it.</summary>
    public static string Value(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
