using MigrationPlans.Aws.Accounts;
using MigrationPlans.Manifest;

namespace MigrationPlans.Aws.Policies;

/// <summary>What an endpoint needs: to be found, and a login.</summary>
internal static class EndpointNeeds
{
    public static IEnumerable<Need> List(Endpoint endpoint)
    {
        var rds = endpoint.Rds;
        if (rds is not null)
        {
            yield return Of(rds, new PolicyStatement("FindInstances", ["rds:DescribeDBInstances"], [Instance(endpoint, rds)]));
        }

        var secret = endpoint.Credentials switch
        {
            SecretCredentials credentials => credentials.SecretArn,
            PasswordCredentials credentials => credentials.Password?.SecretArn,
            // RDS names the secrets that it manages itself; the rest of the name is known only once it exists.
            ManagedSecretCredentials when rds is not null => $"arn:{Partition(endpoint)}:secretsmanager:{rds.Region}:{Account(endpoint)}:secret:rds!db-*",
            _ => null,
        };
        if (secret is not null)
        {
            yield return Of(rds, new PolicyStatement("ReadLogins", ["secretsmanager:GetSecretValue"], [secret]));
        }

        if (endpoint.Credentials is IamCredentials iam && rds is not null)
        {
            var user = $"arn:{Partition(endpoint)}:rds-db:{rds.Region}:{Account(endpoint)}:dbuser:*/{iam.Username}";
            yield return Of(rds, new PolicyStatement("LogInWithTokens", ["rds-db:connect"], [user]));
        }
    }

    private static Need Of(RdsInstance? rds, PolicyStatement statement) => new(rds?.RoleArn, rds?.ExternalId, statement);

    private static string Instance(Endpoint endpoint, RdsInstance rds) => $"arn:{Partition(endpoint)}:rds:{rds.Region}:{Account(endpoint)}:db:{rds.Instance}";

    /// <summary>The role's account, else the secret's; else any, which in a policy can only mean the principal's own.</summary>
    private static string Account(Endpoint endpoint) =>
        Arn.Account(endpoint.Rds?.RoleArn) ?? Arn.Account((endpoint.Credentials as SecretCredentials)?.SecretArn) ?? "*";

    private static string Partition(Endpoint endpoint) =>
        Arn.Partition(endpoint.Rds?.RoleArn) ?? Arn.Partition((endpoint.Credentials as SecretCredentials)?.SecretArn)
        ?? RegionPartition.Of(endpoint.Rds?.Region);
}
