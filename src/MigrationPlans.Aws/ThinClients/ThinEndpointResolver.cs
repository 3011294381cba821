using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace MigrationPlans.Aws.ThinClients;

/// <summary>Gives each request its endpoint, by the configuration's <see cref="RegionalEndpointProvider"/>.</summary>
internal sealed class ThinEndpointResolver : BaseEndpointResolver
{
    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        var region = requestContext.Request.AlternateEndpoint ?? config.RegionEndpoint;
        return RegionalEndpointProvider.Parameters(config, region?.SystemName ?? config.AuthenticationRegion);
    }

    protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters)
    {
    }
}
