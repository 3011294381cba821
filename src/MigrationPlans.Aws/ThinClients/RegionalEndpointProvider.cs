using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace MigrationPlans.Aws.ThinClients;

/// <summary>The endpoint rules that RDS and Secrets Manager share: a custom endpoint wins, else the region's host name.</summary>
internal sealed class RegionalEndpointProvider(string prefix) : IEndpointProvider
{
    public static EndpointParameters Parameters(IClientConfig config, string? region)
    {
        var parameters = new EndpointParameters
        {
            ["Region"] = region,
            ["UseDualStack"] = config.UseDualstackEndpoint,
            ["UseFIPS"] = config.UseFIPSEndpoint,
        };
        if (!string.IsNullOrEmpty(config.ServiceURL))
        {
            parameters["Endpoint"] = config.ServiceURL;
        }

        return parameters;
    }

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (parameters["Endpoint"] is string custom)
        {
            return new Endpoint(custom);
        }

        if (parameters["Region"] is not string { Length: > 0 } region)
        {
            throw new AmazonClientException("no AWS region is known for this call");
        }

        return new Endpoint($"https://{Host(region, parameters["UseFIPS"] is true, parameters["UseDualStack"] is true)}");
    }

    /// <summary>The public host name of the service in a region.</summary>
    public string Host(string region, bool useFips = false, bool useDualStack = false)
    {
        var partition = Fn.Partition(region) ?? throw new AmazonClientException($"no AWS partition has a region {region}");
        var suffix = useDualStack && partition.supportsDualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
        return $"{prefix}{(useFips && partition.supportsFIPS ? "-fips" : "")}.{region}.{suffix}";
    }
}
