using Amazon.Runtime;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.SecretsManager;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>Fetches one secret.</summary>
internal static class SecretReader
{
    /// <exception cref="DiagnosticException">It can't be had, or is binary.</exception>
    public static async Task<LoginSecret> ReadAsync(AwsAccount account, string secretArn, CancellationToken cancellationToken)
    {
        var subject = account.Access.Subject;
        using var client = account.SecretsManager(Arn.Region(secretArn) ?? account.Access.Region);
        try
        {
            var answer = await account.CallAsync(
                "secretsmanager:GetSecretValue",
                secretArn,
                () => client.GetSecretValueAsync(new GetSecretValueRequest { SecretId = secretArn }, cancellationToken),
                cancellationToken);
            return answer.SecretString is { } text
                ? LoginSecret.Parse(text)
                : throw new DiagnosticException(RdsEndpointDiagnostics.SecretMalformed(subject, secretArn, "is binary"));
        }
        catch (DiagnosticException exception) when (exception.InnerException is AmazonServiceException { ErrorCode: "ResourceNotFoundException" })
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.SecretMissing(subject, secretArn, "there is no such secret"), exception.InnerException);
        }
        catch (DiagnosticException exception) when (exception.InnerException is AmazonServiceException { ErrorCode: "InvalidRequestException" })
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.SecretMissing(subject, secretArn, "it is marked for deletion"), exception.InnerException);
        }
    }
}
