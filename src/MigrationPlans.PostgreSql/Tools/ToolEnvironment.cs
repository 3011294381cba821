namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// Which variables of our own environment programs get to see. Not all: ours may hold passwords of the manifest and AWS credentials,
/// which are none of their business.
/// </summary>
internal static class ToolEnvironment
{
    private static readonly string[] Names = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "PWD"];
    private static readonly string[] Prefixes = ["LC_", "PG", "LD_", "DYLD_", "SSL_", "OPENSSL_", "KRB5"];

    public static bool Passes(string variable) =>
        (Names.Contains(variable) || Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal))) && variable != "PGPASSWORD";
}
