using System.Xml.Linq;
using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>
/// The part of the RDS API that migrations need. Method and member names are those of the AWSSDK.RDS package, which is to
/// take this one's place.
/// </summary>
/// <remarks>Actions: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html, version 2014-10-31.</remarks>
public sealed class AmazonRDSClient(AWSCredentials credentials, AmazonRDSConfig config) : ThinClient(credentials, config)
{
    private readonly AWSCredentials credentials = credentials;

    public Task<DescribeDBInstancesResponse> DescribeDBInstancesAsync(DescribeDBInstancesRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DescribeDBInstancesResponse.Read, cancellationToken);

    public Task<DBInstanceResponse> RestoreDBInstanceFromDBSnapshotAsync(
        RestoreDBInstanceFromDBSnapshotRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DBInstanceResponse.Read, cancellationToken);

    public Task<DBInstanceResponse> DeleteDBInstanceAsync(DeleteDBInstanceRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DBInstanceResponse.Read, cancellationToken);

    public Task<DescribeDBSnapshotsResponse> DescribeDBSnapshotsAsync(DescribeDBSnapshotsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DescribeDBSnapshotsResponse.Read, cancellationToken);

    public Task<DBSnapshotResponse> CreateDBSnapshotAsync(CreateDBSnapshotRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DBSnapshotResponse.Read, cancellationToken);

    public Task<EmptyRdsResponse> ModifyDBSnapshotAttributeAsync(
        ModifyDBSnapshotAttributeRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, EmptyRdsResponse.Read, cancellationToken);

    /// <summary>With <see cref="CopyDBSnapshotRequest.SourceRegion"/> set, the pre-signed URL of a cross-region copy is made here.</summary>
    public async Task<DBSnapshotResponse> CopyDBSnapshotAsync(CopyDBSnapshotRequest request, CancellationToken cancellationToken = default)
    {
        if (request is { SourceRegion: { } source, PreSignedUrl: null } && source != Config.RegionEndpoint.SystemName)
        {
            var keys = await credentials.GetCredentialsAsync();
            request.PreSignedUrl = CopyPreSigner.Sign(request, Config, keys, source);
        }

        return await InvokeAsync(request, DBSnapshotResponse.Read, cancellationToken);
    }

    public Task<DBSnapshotResponse> DeleteDBSnapshotAsync(DeleteDBSnapshotRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(request, DBSnapshotResponse.Read, cancellationToken);

    private Task<TResponse> InvokeAsync<TResponse>(RdsRequest request, Func<XElement, TResponse> read, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(request, RdsMarshaller.Instance, new RdsUnmarshaller(request.Action, read), cancellationToken);
}
