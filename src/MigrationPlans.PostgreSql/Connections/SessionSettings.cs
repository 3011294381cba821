namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Settings pinned on every connection, so that a server's, database's or role's own settings can't change what is read or
/// written. Nearly all are sent in the startup packet: they outrank ALTER DATABASE/ROLE … SET and cost no round trip. Sessions of the target in which
/// values are computed get <see cref="ComputingSettings"/> on top.
/// </summary>
internal static class SessionSettings
{
    private static readonly (string Name, string Value)[] Pinned =
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
        // Where a database or login says `SET role`, we would act as that one.
        ("role", "none"),
        ("synchronize_seqscans", "off"),
        ("default_transaction_isolation", "read committed"),
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

    /// <summary>
    /// From 17 on a trigger may run at each login, in the session that begins: one that writes, or names a table without its schema, would keep us out.
    /// So these are set when it is through.
    /// </summary>
    private static readonly string[] AfterLogin = [SearchPath, "row_security", ReadOnly];

    private const int FirstWithLoginTriggers = 17;

    private const string SearchPath = "search_path";

    private const string ReadOnly = "default_transaction_read_only";

    /// <summary>The <c>options</c> parameter of the startup packet; <see cref="AfterLoginSql"/> is left to do.</summary>
    /// <param name="kind">What the connection is for.</param>
    /// <param name="serverMajor">Null where nothing was heard of the server yet.</param>
    public static string StartupOptions(SessionKind kind, int? serverMajor) => Options(AtStart(kind, serverMajor));

    /// <summary>The settings of <see cref="StartupOptions"/>.</summary>
    public static IEnumerable<(string Name, string Value)> AtStart(SessionKind kind, int? serverMajor)
    {
        var settings = Always(kind).Concat(NewerFor(serverMajor ?? 0));
        if (HasLoginTriggers(serverMajor))
        {
            // A fence makes sessions read-only from their beginning.
            IEnumerable<(string Name, string Value)> writable = kind == SessionKind.Probe ? [] : [(ReadOnly, "off")];
            settings = settings.Where(setting => !AfterLogin.Contains(setting.Name)).Concat(writable);
        }

        return settings.Where(setting => setting.Name != SearchPath || !IsReadByScripts(kind));
    }

    /// <summary>Sets what the startup packet did not.</summary>
    /// <param name="kind">As it was there.</param>
    /// <param name="serverMajor">As it was there.</param>
    /// <param name="heardMajor">What the server said when it answered.</param>
    /// <returns>Statements; empty where there is nothing to set.</returns>
    public static string AfterLoginSql(SessionKind kind, int? serverMajor, int heardMajor)
    {
        var newer = serverMajor is null ? NewerFor(heardMajor) : [];
        var late = Always(kind).Where(setting => HasLoginTriggers(serverMajor)
            ? AfterLogin.Contains(setting.Name)
            : setting.Name == SearchPath && IsReadByScripts(kind));
        return string.Concat(newer.Concat(late).Select(setting => $"SET {setting.Name} = '{setting.Value}';"));
    }

    /// <summary>
    /// Scripts of extensions add themselves to what RESET would set (postgis_topology: <c>ALTER DATABASE … SET search_path</c>),
    /// and the startup packet sets that too: an empty one makes them fail, and those after them that look for what is in public
    /// (postgis_tiger_geocoder).
    /// </summary>
    private static bool IsReadByScripts(SessionKind kind) => kind == SessionKind.Target;

    private static bool HasLoginTriggers(int? serverMajor) => serverMajor is null or >= FirstWithLoginTriggers;

    private static IEnumerable<(string Name, string Value)> Always(SessionKind kind)
    {
        IEnumerable<(string Name, string Value)> own = kind switch
        {
            SessionKind.SourceRead => [(ReadOnly, "on")],
            SessionKind.Probe or SessionKind.Ordinary => [],
            SessionKind.SourceAdmin => [(ReadOnly, "off"), ("synchronous_commit", "local")],
            _ =>
            [
                (ReadOnly, "off"),
                // A crash of the target server loses at most what the ledger loses with it; what a step is done with, WriteAheadLog.FlushAsync keeps.
                ("synchronous_commit", "off"),
                ("check_function_bodies", "off"),
            ],
        };
        return (kind == SessionKind.Ordinary ? Pinned.Where(setting => !ComputingSettings.Names.Contains(setting.Name)) : Pinned).Concat(own);
    }

    /// <summary>Settings as the <c>options</c> parameter has them.</summary>
    public static string Options(IEnumerable<(string Name, string Value)> settings) =>
        string.Join(' ', settings.Select(setting => $"-c {setting.Name}={Escape(setting.Value)}"));

    /// <remarks>https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS</remarks>
    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Value)> NewerFor(int serverMajor) =>
        Newer.Where(setting => setting.Since <= serverMajor).Select(setting => (setting.Name, setting.Value));
}
