using System.CommandLine;
using MigrationPlans.Aws.Policies;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan iam MANIFEST</c></summary>
internal static class IamCommand
{
    public static Command Create(CommandHost host)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var format = new Option<string>("--format") { Description = "How to print the policies.", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "terraform", "cloudformation");
        var principal = new Option<string>("--principal")
        {
            Description = "ARN of the role that migplan runs as; the trust policies name it.",
            HelpName = "ARN",
            DefaultValueFactory = _ => PolicyJson.HostPlaceholder,
        };
        var command = new Command("iam", "Print the least-privilege policies and trust policies for each account.") { manifest, overlays, format, principal };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host, parsed.GetValue(manifest)!, parsed.GetValue(overlays)!, parsed.GetValue(format)!, parsed.GetValue(principal)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, string path, string[] overlays, string format, string principal, CancellationToken cancellationToken)
    {
        if (await ManifestInput.LoadAsync(host, path, overlays, cancellationToken) is not { } manifest)
        {
            return ExitCode.ManifestInvalid;
        }

        var policies = LeastPrivilege.For(manifest, principal);
        if (policies.IsEmpty)
        {
            await host.Error.WriteLineAsync("The manifest needs nothing of AWS.");
        }
        else if (principal == PolicyJson.HostPlaceholder)
        {
            await host.Error.WriteLineAsync($"Put the ARN of the role that migplan runs as for {PolicyJson.HostPlaceholder}, or give it with --principal.");
        }

        await host.Out.WriteAsync(format switch
        {
            "terraform" => PolicyTerraform.Write(policies, principal),
            "cloudformation" => PolicyCloudFormation.Write(policies, principal) + "\n",
            _ => PolicyJson.Write(policies, principal) + "\n",
        });
        return ExitCode.Done;
    }
}
