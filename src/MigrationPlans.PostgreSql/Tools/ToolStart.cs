using System.Diagnostics;
using System.Text;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// How programs are started: connected to us by all three streams, and with a part of our own environment only. Ours may hold
/// passwords of the manifest and AWS credentials, which are none of their business.
/// </summary>
internal static class ToolStart
{
    private static readonly string[] Names = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "PWD"];
    private static readonly string[] Prefixes = ["LC_", "PG", "LD_", "DYLD_", "SSL_", "OPENSSL_", "KRB5"];

    /// <summary>Not passed on although their prefix is: the first is a secret, the others colour the messages that we read and keep.</summary>
    private static readonly string[] Withheld = ["PGPASSWORD", "PG_COLOR", "PG_COLORS"];

    public static ProcessStartInfo Of(ToolCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = command.WorkingDirectory,
        };
        foreach (var name in start.Environment.Keys.Where(name => !Passes(name)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static bool Passes(string variable) =>
        (Names.Contains(variable) || Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal))) && !Withheld.Contains(variable);
}
