using System.Net;
using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>An error that RDS answered with; <see cref="AmazonServiceException.ErrorCode"/> says which.</summary>
public sealed class AmazonRDSException(string message, Exception? inner, ErrorType type, string? code, string? requestId, HttpStatusCode status)
    : AmazonServiceException(message, inner, type, code, requestId, status);
