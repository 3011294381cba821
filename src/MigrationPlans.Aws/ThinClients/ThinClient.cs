using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace MigrationPlans.Aws.ThinClients;

/// <summary>A service client on the SDK's own pipeline: credentials, signing, retries, clock skew and timeouts are the SDK's.</summary>
/// <remarks>The base constructor calls <see cref="CustomizeRuntimePipeline"/>: nothing in it may use state of a derived class.</remarks>
public abstract class ThinClient : AmazonServiceClient
{
    private protected ThinClient(AWSCredentials credentials, ThinClientConfig config)
        : base(credentials, config)
    {
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new ThinEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new ThinAuthResolver());
    }

    private protected Task<TResponse> InvokeAsync<TResponse>(
        AmazonWebServiceRequest request,
        IMarshaller<IRequest, AmazonWebServiceRequest> marshaller,
        ResponseUnmarshaller unmarshaller,
        CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(request, new InvokeOptions { RequestMarshaller = marshaller, ResponseUnmarshaller = unmarshaller }, cancellationToken);
}
