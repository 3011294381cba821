using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace MigrationPlans.Aws.ThinClients.SecretsManager;

/// <summary>Reads the answer, and keeps it from every response log.</summary>
internal sealed class GetSecretValueUnmarshaller : JsonResponseUnmarshaller
{
    public static GetSecretValueUnmarshaller Instance { get; } = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        try
        {
            using var document = JsonDocument.Parse(input.Stream);
            var root = document.RootElement;
            return new GetSecretValueResponse
            {
                ARN = Text(root, "ARN"),
                Name = Text(root, "Name"),
                VersionId = Text(root, "VersionId"),
                SecretString = Text(root, "SecretString"),
                CreatedDate = root.TryGetProperty("CreatedDate", out var date) && date.ValueKind == JsonValueKind.Number
                    ? DateTime.UnixEpoch.AddSeconds(date.GetDouble())
                    : null,
            };
        }
        catch (JsonException)
        {
            // Without the inner exception: its text may quote the answer, and the answer may hold the secret.
            throw new AmazonUnmarshallingException("the answer of Secrets Manager is not JSON", null, null, input.ResponseData.StatusCode);
        }
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new AmazonSecretsManagerException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
