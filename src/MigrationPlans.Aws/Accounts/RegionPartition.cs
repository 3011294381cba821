using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace MigrationPlans.Aws.Accounts;

/// <summary>The first part of ARNs: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>.</summary>
internal static class RegionPartition
{
    public static string Of(string? region) => region is null ? "aws" : Fn.Partition(region)?.name ?? "aws";
}
