using Amazon.Runtime;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using ManifestEndpoint = MigrationPlans.Manifest.Endpoint;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>Finds RDS instances.</summary>
internal static class RdsInstances
{
    private const string Action = "rds:DescribeDBInstances";
    private const int Named = 8;
    private const long Gibibyte = 1L << 30;

    /// <summary>The instance of that identifier.</summary>
    /// <exception cref="DiagnosticException">It is not there, or can't be looked for.</exception>
    public static async Task<DBInstance> GetAsync(AwsAccount account, string identifier, CancellationToken cancellationToken) =>
        await FindAsync(account, identifier, cancellationToken)
        ?? throw new DiagnosticException(await MissingAsync(account, identifier, cancellationToken));

    /// <summary>Null: there is none of that identifier.</summary>
    public static async Task<DBInstance?> FindAsync(AwsAccount account, string identifier, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await account.CallAsync(
                Action,
                $"db:{identifier}",
                () => account.Rds.DescribeDBInstancesAsync(new DescribeDBInstancesRequest { DBInstanceIdentifier = identifier }, cancellationToken),
                cancellationToken);
            return answer.DBInstances.FirstOrDefault();
        }
        catch (DiagnosticException exception)
            when (exception.InnerException is AmazonServiceException { ErrorCode: "DBInstanceNotFound" or "DBInstanceNotFoundFault" })
        {
            return null;
        }
    }

    /// <summary>All of the account's region, page by page.</summary>
    public static async Task<List<DBInstance>> ListAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        var instances = new List<DBInstance>();
        string? marker = null;
        do
        {
            var request = new DescribeDBInstancesRequest { Marker = marker };
            var page = await account.CallAsync(Action, "db:*", () => account.Rds.DescribeDBInstancesAsync(request, cancellationToken), cancellationToken);
            instances.AddRange(page.DBInstances);
            marker = page.Marker;
        }
        while (marker is not null);

        return instances;
    }

    /// <summary>What planning and connecting want to know of an instance.</summary>
    public static RdsFacts Describe(DBInstance instance, ManifestEndpoint endpoint) => new()
    {
        Instance = instance.DBInstanceIdentifier,
        Region = endpoint.Rds!.Region,
        Principal = endpoint.Rds.RoleArn,
        TokenResource = endpoint.Credentials is IamCredentials iam
            ? $"arn:{RegionPartition.Of(endpoint.Rds.Region)}:rds-db:{endpoint.Rds.Region}:{Arn.Account(instance.DBInstanceArn) ?? "*"}:dbuser:{instance.DbiResourceId ?? "*"}/{iam.Username}"
            : null,
        Account = Arn.Account(instance.DBInstanceArn),
        AllocatedBytes = (instance.AllocatedStorage ?? 0) * Gibibyte,
        LimitBytes = instance.MaxAllocatedStorage * Gibibyte,
        SecurityGroups = [.. instance.VpcSecurityGroups],
        IsPublic = instance.PubliclyAccessible == true,
    };

    private static async Task<Diagnostic> MissingAsync(AwsAccount account, string identifier, CancellationToken cancellationToken)
    {
        string seen;
        try
        {
            seen = Name(await ListAsync(account, cancellationToken));
        }
        catch (DiagnosticException)
        {
            // Least privilege lets us see the named instance only; the list would have been a courtesy.
            seen = "what else is there can't be seen with these rights";
        }

        return RdsEndpointDiagnostics.InstanceMissing(
            account.Access.Subject, identifier, await account.NumberAsync(cancellationToken), account.Access.Region, seen);
    }

    private static string Name(List<DBInstance> instances)
    {
        var names = instances.Select(instance => instance.DBInstanceIdentifier).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0
            ? "there is no instance at all in that region"
            : $"there are {string.Join(", ", names.Take(Named))}{(names.Count > Named ? $" and {names.Count - Named} more" : "")}";
    }
}
