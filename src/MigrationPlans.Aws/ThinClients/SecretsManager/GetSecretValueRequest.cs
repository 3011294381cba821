using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.SecretsManager;

public sealed class GetSecretValueRequest : AmazonWebServiceRequest
{
    /// <summary>The secret's name or ARN; from another account it must be the ARN.</summary>
    public string? SecretId { get; set; }
}

public sealed class GetSecretValueResponse : AmazonWebServiceResponse
{
    public string? ARN { get; set; }

    public string? Name { get; set; }

    public string? VersionId { get; set; }

    /// <summary>Null where the secret is binary.</summary>
    public string? SecretString { get; set; }

    public DateTime? CreatedDate { get; set; }
}
