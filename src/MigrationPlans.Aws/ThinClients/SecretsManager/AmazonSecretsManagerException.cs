using System.Net;
using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.SecretsManager;

/// <summary>An error that Secrets Manager answered with; <see cref="AmazonServiceException.ErrorCode"/> says which.</summary>
public sealed class AmazonSecretsManagerException(string message, Exception? inner, ErrorType type, string? code, string? requestId, HttpStatusCode status)
    : AmazonServiceException(message, inner, type, code, requestId, status);
