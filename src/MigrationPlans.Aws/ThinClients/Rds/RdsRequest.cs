using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>A call to RDS; its action is the type's name without <c>Request</c>.</summary>
public abstract class RdsRequest : AmazonWebServiceRequest
{
    private protected RdsRequest()
    {
    }

    internal string Action => GetType().Name[..^"Request".Length];

    internal abstract void Fill(QueryParameters parameters);
}
