using System.CommandLine;

namespace MigrationPlans.Cli.Commands;

/// <summary>Options that several commands about runs share.</summary>
internal static class RunOptions
{
    public static Option<string?> CreateState() => new("--state")
    {
        Description = "Where the state is kept; default: .migplan/NAME beside the manifest.",
        HelpName = "DIR",
    };

    public static Option<bool> CreateAutoApprove() => new("--auto-approve") { Description = "Do not ask before servers are changed." };
}
