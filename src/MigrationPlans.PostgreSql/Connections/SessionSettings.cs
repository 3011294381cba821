namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Settings pinned on every connection, so that a server's, database's or role's own settings can't change what is read or
/// written. Sent in the startup packet: they outrank ALTER DATABASE/ROLE … SET and cost no round trip.
/// </summary>
internal static class SessionSettings
{
    private static readonly (string Name, string Value)[] Always =
    [
        // An unpinned DateStyle turned 2024-03-04 into 2024-04-03; IntervalStyle flipped a sign.
        ("DateStyle", "ISO"),
        ("IntervalStyle", "postgres"),
        ("TimeZone", "UTC"),
        ("extra_float_digits", "3"),
        // money prints by it.
        ("lc_monetary", "C"),
        ("bytea_output", "hex"),
        ("xmloption", "content"),
        // What the server prints is compared, and names in text (regclass) are data.
        ("quote_all_identifiers", "off"),
        // Off, NULL in an array's text would be read as the word; on, `= NULL` in a definition as IS NULL.
        ("array_nulls", "on"),
        ("transform_null_equals", "off"),
        // A filtered table must fail, not lose rows.
        ("row_security", "off"),
        ("search_path", ""),
        ("synchronize_seqscans", "off"),
        ("default_transaction_isolation", "read\\ committed"),
        ("default_transaction_deferrable", "off"),
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("standard_conforming_strings", "on"),
        ("client_min_messages", "warning"),
        ("jit", "off"),
    ];

    /// <summary>Since these versions; an older server refuses a connection that asks for one.</summary>
    private static readonly (int Since, string Name, string Value)[] Newer =
    [
        (14, "idle_session_timeout", "0"),
        (17, "transaction_timeout", "0"),
    ];

    /// <summary>The <c>options</c> parameter of the startup packet.</summary>
    /// <param name="kind">What the connection is for.</param>
    /// <param name="serverMajor">Null where nothing was heard of the server yet; then <see cref="NewerSql"/> is left to do.</param>
    public static string StartupOptions(SessionKind kind, int? serverMajor)
    {
        IEnumerable<(string Name, string Value)> own = kind switch
        {
            SessionKind.SourceRead => [("default_transaction_read_only", "on")],
            SessionKind.Probe => [],
            SessionKind.SourceAdmin => [("default_transaction_read_only", "off"), ("synchronous_commit", "local")],
            _ =>
            [
                ("default_transaction_read_only", "off"),
                // A crash of the target server loses at most what the ledger loses with it; what a step is done with, WriteAheadLog.FlushAsync keeps.
                ("synchronous_commit", "off"),
                ("check_function_bodies", "off"),
            ],
        };
        return string.Join(' ', Always.Concat(own).Concat(NewerFor(serverMajor ?? 0)).Select(setting => $"-c {setting.Name}={setting.Value}"));
    }

    /// <summary>Sets what the startup packet could not, because nobody knew the server's version.</summary>
    /// <returns>Statements; empty where the server knows none of these settings.</returns>
    public static string NewerSql(int serverMajor) => string.Concat(NewerFor(serverMajor).Select(setting => $"SET {setting.Name} = {setting.Value};"));

    private static IEnumerable<(string Name, string Value)> NewerFor(int serverMajor) =>
        Newer.Where(setting => setting.Since <= serverMajor).Select(setting => (setting.Name, setting.Value));
}
