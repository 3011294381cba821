using System.Diagnostics;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// Which variables of our own environment programs get to see. Not all: ours may hold passwords of the manifest and AWS credentials,
/// which are none of their business.
/// </summary>
internal static class ToolEnvironment
{
    private static readonly string[] Names = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "PWD"];
    private static readonly string[] Prefixes = ["LC_", "PG", "LD_", "DYLD_", "SSL_", "OPENSSL_", "KRB5"];

    /// <summary>Leaves the program what passes of ours, and what the command says.</summary>
    public static void Apply(ProcessStartInfo start, ToolCommand command)
    {
        foreach (var name in start.Environment.Keys.Where(name => !Passes(name)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }
    }

    private static bool Passes(string variable) =>
        (Names.Contains(variable) || Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal))) && variable != "PGPASSWORD";
}
