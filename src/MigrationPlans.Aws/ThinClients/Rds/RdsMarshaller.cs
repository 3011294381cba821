using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Requests in the AWS Query protocol.</summary>
internal sealed class RdsMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static RdsMarshaller Instance { get; } = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (RdsRequest)input;
        var request = new DefaultRequest(call, "Amazon.RDS") { HttpMethod = "POST", ResourcePath = "/" };
        request.Parameters["Action"] = call.Action;
        request.Parameters["Version"] = AmazonRDSConfig.ApiVersion;
        call.Fill(new QueryParameters(request.Parameters));
        return request;
    }
}
