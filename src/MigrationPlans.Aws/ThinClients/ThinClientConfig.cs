using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;

namespace MigrationPlans.Aws.ThinClients;

/// <summary>What the generated <c>Config</c> classes of the SDK set: names for endpoints and signatures, and bounds in time.</summary>
public abstract class ThinClientConfig : ClientConfig
{
    private static readonly string Agent = InternalSDKUtils.BuildUserAgentString("0.1.0");

    private readonly string endpointPrefix;
    private readonly string version;

    /// <param name="serviceId">Names <c>AWS_ENDPOINT_URL_…</c> and the profile's <c>services</c> section.</param>
    /// <param name="endpointPrefix">First label of the host name, and the name that signatures are made for.</param>
    private protected ThinClientConfig(string serviceId, string endpointPrefix, string version)
        : base(new DefaultConfigurationProvider(Defaults()))
    {
        this.endpointPrefix = endpointPrefix;
        this.version = version;
        ServiceId = serviceId;
        AuthenticationServiceName = endpointPrefix;
        EndpointProvider = new RegionalEndpointProvider(endpointPrefix);
    }

    public override string RegionEndpointServiceName => endpointPrefix;

    public override string ServiceVersion => version;

    public override string UserAgent => Agent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        var region = parameters.AlternateEndpoint ?? RegionEndpoint;
        return EndpointProvider.ResolveEndpoint(RegionalEndpointProvider.Parameters(this, region?.SystemName ?? AuthenticationRegion));
    }

    /// <summary>Every mode asks for standard retries: adaptive ones hide the service's own answer behind a rate limiter's.</summary>
    private static IEnumerable<IDefaultConfiguration> Defaults() =>
        Enum.GetValues<DefaultConfigurationMode>().Select(mode => new DefaultConfiguration
        {
            Name = mode,
            RetryMode = RequestRetryMode.Standard,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            TlsNegotiationTimeout = TimeSpan.FromSeconds(5),
        });
}
