using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace MigrationPlans.Aws.ThinClients.SecretsManager;

/// <summary>Requests in the AWS JSON 1.1 protocol.</summary>
internal sealed class GetSecretValueMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static GetSecretValueMarshaller Instance { get; } = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, "Amazon.SecretsManager") { HttpMethod = "POST", ResourcePath = "/" };
        request.Headers["X-Amz-Target"] = "secretsmanager.GetSecretValue";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Headers["X-Amz-Api-Version"] = AmazonSecretsManagerConfig.ApiVersion;
        request.Content = Encoding.UTF8.GetBytes(new JsonObject { ["SecretId"] = ((GetSecretValueRequest)input).SecretId }.ToJsonString());
        return request;
    }
}
