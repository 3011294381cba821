using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>The system account that a local server runs as: ours, or another one when we are root, which PostgreSQL refuses.</summary>
/// <param name="Name">Null: this process's own account.</param>
internal sealed record ServerAccount(string? Name)
{
    // A root shell's PATH need not hold the directories of administration programs.
    private static readonly string RunUser = new[] { "/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser" }.FirstOrDefault(File.Exists) ?? "runuser";

    public static ServerAccount ForThisProcess() =>
        Environment.IsPrivilegedProcess ? new ServerAccount(ExistingAccount()) : new ServerAccount((string?)null);

    public ToolCommand Run(string program, ImmutableArray<string> arguments) =>
        Name is null ? new ToolCommand(program, arguments) : new ToolCommand(RunUser, ["-u", Name, "--", program, .. arguments]);

    /// <summary>Makes the account the owner of the directory and what is in it.</summary>
    /// <exception cref="LocalClusterException">The system refuses.</exception>
    public async Task GiveAsync(string directory, CancellationToken cancellationToken)
    {
        if (Name is null)
        {
            return;
        }

        var result = await ToolProcess.RunAsync(new ToolCommand("chown", ["-R", Name, directory]), cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new LocalClusterException($"{directory} can't be given to the account {Name}: {result.Error.Trim()}");
        }
    }

    private static string ExistingAccount() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
}
