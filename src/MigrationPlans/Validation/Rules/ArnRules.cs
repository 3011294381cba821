using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary>ARNs have the right shape, and agree with each other about account, region and partition.</summary>
internal sealed class ArnRules : ManifestRule
{
    public ArnRules()
    {
        ForEach(input => input.Endpoints, CheckEndpoint);
        ForEach(input => input.Manifest.Instances, (input, move, report) =>
        {
            CheckRole(input, $"{move.Path}.from.roleArn", move.From.RoleArn, move.From.Region, report);
            CheckRole(input, $"{move.Path}.to.roleArn", move.To.RoleArn, move.To.Region, report);
        });
    }

    private static void CheckEndpoint(RuleInput input, Endpoint endpoint, Action<string, Diagnostic> report)
    {
        var role = CheckRole(input, $"{endpoint.Path}.rds.roleArn", endpoint.Rds?.RoleArn, endpoint.Rds?.Region, report);
        var (text, path) = endpoint.Credentials switch
        {
            SecretCredentials credentials => (credentials.SecretArn, $"{endpoint.Path}.credentials.secretArn"),
            PasswordCredentials { Password.SecretArn: { } secret } => (secret, $"{endpoint.Path}.credentials.password.secretArn"),
            _ => (null, ""),
        };
        if (text is null)
        {
            return;
        }

        if (Arn.Secret(text) is not { } arn)
        {
            report(path, ArnDiagnostics.NotSecretArn(input.Value(path)));
            return;
        }

        if (role is not null && role.Account != arn.Account)
        {
            report(path, ArnDiagnostics.AccountsDisagree(input.Value(path), endpoint.Name, arn.Account, role.Account));
        }

        if (endpoint.Rds is { Region.Length: > 0 } rds && rds.Region != arn.Region)
        {
            report(path, ArnDiagnostics.RegionsDisagree(input.Value(path), "the secret", arn.Region, $"endpoint `{endpoint.Name}`", rds.Region));
        }
    }

    private static Arn? CheckRole(RuleInput input, string path, string? text, string? region, Action<string, Diagnostic> report)
    {
        if (text is null)
        {
            return null;
        }

        var arn = Arn.Role(text);
        if (arn is null)
        {
            report(path, ArnDiagnostics.NotRoleArn(input.Value(path)));
        }
        else if (region is { Length: > 0 } && Arn.PartitionOf(region) != arn.Partition)
        {
            report(path, ArnDiagnostics.RegionsDisagree(input.Value(path), "the role", $"partition {arn.Partition}", "the endpoint", region));
        }

        return arn;
    }
}
