using System.CommandLine;

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

    public static Option<int?> CreateParallelism()
    {
        var option = new Option<int?>("--parallelism") { Description = "Copy workers of all databases together, 1 to 64; default: by cores.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            // A value that is no number is an error already; asking for it here would throw.
            if (!result.Errors.Any() && int.TryParse(result.Tokens.SingleOrDefault()?.Value, out var workers) && workers is < 1 or > 64)
            {
                result.AddError("--parallelism takes a number from 1 to 64");
            }
        });
        return option;
    }
}
