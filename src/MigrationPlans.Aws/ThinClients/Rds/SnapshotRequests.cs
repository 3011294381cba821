namespace MigrationPlans.Aws.ThinClients.Rds;

public sealed class DescribeDBSnapshotsRequest : RdsRequest
{
    /// <summary>The identifier, or the ARN where another account shares it.</summary>
    public string? DBSnapshotIdentifier { get; set; }

    public string? DBInstanceIdentifier { get; set; }

    /// <summary><c>manual</c>, <c>automated</c>, <c>shared</c> …</summary>
    public string? SnapshotType { get; set; }

    public bool? IncludeShared { get; set; }

    public string? Marker { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBSnapshotIdentifier", DBSnapshotIdentifier)
        .Set("DBInstanceIdentifier", DBInstanceIdentifier)
        .Set("SnapshotType", SnapshotType)
        .Set("IncludeShared", IncludeShared)
        .Set("Marker", Marker);
}

public sealed class CreateDBSnapshotRequest : RdsRequest
{
    public string? DBSnapshotIdentifier { get; set; }

    public string? DBInstanceIdentifier { get; set; }

    public List<Tag>? Tags { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBSnapshotIdentifier", DBSnapshotIdentifier)
        .Set("DBInstanceIdentifier", DBInstanceIdentifier)
        .Tags(Tags);
}

public sealed class ModifyDBSnapshotAttributeRequest : RdsRequest
{
    public string? DBSnapshotIdentifier { get; set; }

    /// <summary><c>restore</c>: who may copy and restore the snapshot.</summary>
    public string? AttributeName { get; set; }

    /// <summary>Account ids.</summary>
    public List<string>? ValuesToAdd { get; set; }

    public List<string>? ValuesToRemove { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBSnapshotIdentifier", DBSnapshotIdentifier)
        .Set("AttributeName", AttributeName)
        .List("ValuesToAdd", "AttributeValue", ValuesToAdd)
        .List("ValuesToRemove", "AttributeValue", ValuesToRemove);
}

public sealed class CopyDBSnapshotRequest : RdsRequest
{
    /// <summary>An ARN for a snapshot of another region or account.</summary>
    public string? SourceDBSnapshotIdentifier { get; set; }

    public string? TargetDBSnapshotIdentifier { get; set; }

    /// <summary>A key of the target region.</summary>
    public string? KmsKeyId { get; set; }

    public bool? CopyTags { get; set; }

    /// <summary>Never sent: the client signs <see cref="PreSignedUrl"/> for it.</summary>
    public string? SourceRegion { get; set; }

    public string? PreSignedUrl { get; set; }

    public List<Tag>? Tags { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("SourceDBSnapshotIdentifier", SourceDBSnapshotIdentifier)
        .Set("TargetDBSnapshotIdentifier", TargetDBSnapshotIdentifier)
        .Set("KmsKeyId", KmsKeyId)
        .Set("CopyTags", CopyTags)
        .Set("PreSignedUrl", PreSignedUrl)
        .Tags(Tags);
}

public sealed class DeleteDBSnapshotRequest : RdsRequest
{
    public string? DBSnapshotIdentifier { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters.Set("DBSnapshotIdentifier", DBSnapshotIdentifier);
}
