using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace MigrationPlans.Aws.Accounts;

/// <summary>The partition that a region belongs to, by what ARNs and names of services say of it.</summary>
internal static class RegionPartition
{
    /// <summary>The first part of ARNs: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>.</summary>
    public static string Of(string? region) => region is null ? "aws" : Fn.Partition(region)?.name ?? "aws";

    /// <summary>What services' names end in: <c>amazonaws.com</c>, in China <c>amazonaws.com.cn</c>.</summary>
    public static string DnsSuffix(string region) => Fn.Partition(region)?.dnsSuffix ?? "amazonaws.com";
}
