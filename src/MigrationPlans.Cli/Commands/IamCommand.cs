using System.CommandLine;
using System.Text.RegularExpressions;
using MigrationPlans.Aws.Policies;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan iam MANIFEST</c></summary>
internal static partial class IamCommand
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
        principal.Validators.Add(result =>
        {
            if (result.Tokens is [.., var given] && FaultOf(given.Value) is { } fault)
            {
                result.AddError(fault);
            }
        });
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

    /// <summary>A session of a role, a user or an account would make policies for a role of that name.</summary>
    private static string? FaultOf(string principal) =>
        RoleArn().IsMatch(principal) ? null
        : Session().Match(principal) is { Success: true } session
            ? $"--principal: `{principal}` is a session of a role; its role is `arn:{session.Groups["partition"].Value}:iam::{session.Groups["account"].Value}:role/{session.Groups["role"].Value}` (with its path, if it has one)"
        : $"--principal: `{Quoting.MaskUrls(principal)}` is not the ARN of a role: arn:aws:iam::123456789012:role/NAME";

    [GeneratedRegex(
        @"^arn:aws[a-z0-9-]*:iam::\d{12}:role/([!-~]+/)?[\w+=,.@-]{1,64}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex RoleArn();

    [GeneratedRegex(
        @"^arn:(?<partition>aws[a-z0-9-]*):sts::(?<account>\d{12}):assumed-role/(?<role>[^/]+)/.+$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Session();
}
