using System.CommandLine;
using System.Globalization;

namespace MigrationPlans.Cli.Commands;

/// <summary>Options that several commands about runs share.</summary>
internal static class RunOptions
{
    public static Option<string?> CreateState() => new("--state")
    {
        Description = "Where the state is kept: a directory or s3://bucket/prefix; default: .migplan/NAME beside the manifest.",
        HelpName = "PLACE",
    };

    public static Option<bool> CreateAutoApprove() => new("--auto-approve") { Description = "Do not ask before servers are changed." };

    public static Option<int?> CreateParallelism() => new("--parallelism")
    {
        Description = "Copy workers of all databases together, 1 to 64; default: by cores.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is >= 1 and <= 64)
            {
                return workers;
            }

            result.AddError("--parallelism takes a number from 1 to 64");
            return null;
        },
    };
}
