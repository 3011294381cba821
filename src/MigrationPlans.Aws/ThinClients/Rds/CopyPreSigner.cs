using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>
/// Signs the request that the target region sends to the source region on our behalf: a GET of the same action at the source
/// region's own endpoint, with <c>DestinationRegion</c> added.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html, PreSignedUrl.</remarks>
internal static class CopyPreSigner
{
    private const string Service = "rds";

    public static string Sign(CopyDBSnapshotRequest copy, IClientConfig config, ImmutableCredentials keys, string sourceRegion)
    {
        var request = RdsMarshaller.Instance.Marshall(copy);
        request.UseQueryString = true;
        request.HttpMethod = "GET";
        request.Endpoint = new Uri($"https://{new RegionalEndpointProvider(Service).Host(sourceRegion)}");
        request.Parameters["DestinationRegion"] = config.RegionEndpoint.SystemName;
        if (keys.UseToken)
        {
            // RDS wants this very spelling.
            request.Parameters["X-Amz-Security-Token"] = keys.Token;
        }

        var signature = AWS4PreSignedUrlSigner.SignRequest(
            request, config, new RequestMetrics(), keys.AccessKey, keys.SecretKey, Service, sourceRegion);
        return $"{AmazonServiceClient.ComposeUrl(request).AbsoluteUri}&{signature.ForQueryParameters}";
    }
}
