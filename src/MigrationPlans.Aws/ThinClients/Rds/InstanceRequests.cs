namespace MigrationPlans.Aws.ThinClients.Rds;

public sealed class DescribeDBInstancesRequest : RdsRequest
{
    public string? DBInstanceIdentifier { get; set; }

    public string? Marker { get; set; }

    /// <summary>20 to 100.</summary>
    public int? MaxRecords { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBInstanceIdentifier", DBInstanceIdentifier)
        .Set("Marker", Marker)
        .Set("MaxRecords", MaxRecords);
}

public sealed class RestoreDBInstanceFromDBSnapshotRequest : RdsRequest
{
    public string? DBInstanceIdentifier { get; set; }

    /// <summary>The snapshot's identifier, or its ARN where another account shares it.</summary>
    public string? DBSnapshotIdentifier { get; set; }

    public string? DBInstanceClass { get; set; }

    public string? DBParameterGroupName { get; set; }

    public string? DBSubnetGroupName { get; set; }

    public List<string>? VpcSecurityGroupIds { get; set; }

    public bool? MultiAZ { get; set; }

    public string? AvailabilityZone { get; set; }

    public bool? PubliclyAccessible { get; set; }

    public bool? EnableIAMDatabaseAuthentication { get; set; }

    /// <summary>Names of the logs that go to CloudWatch.</summary>
    public List<string>? EnableCloudwatchLogsExports { get; set; }

    public bool? CopyTagsToSnapshot { get; set; }

    public List<Tag>? Tags { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBInstanceIdentifier", DBInstanceIdentifier)
        .Set("DBSnapshotIdentifier", DBSnapshotIdentifier)
        .Set("DBInstanceClass", DBInstanceClass)
        .Set("DBParameterGroupName", DBParameterGroupName)
        .Set("DBSubnetGroupName", DBSubnetGroupName)
        .List("VpcSecurityGroupIds", "VpcSecurityGroupId", VpcSecurityGroupIds)
        .Set("MultiAZ", MultiAZ)
        .Set("AvailabilityZone", AvailabilityZone)
        .Set("PubliclyAccessible", PubliclyAccessible)
        .Set("EnableIAMDatabaseAuthentication", EnableIAMDatabaseAuthentication)
        .List("EnableCloudwatchLogsExports", "member", EnableCloudwatchLogsExports)
        .Set("CopyTagsToSnapshot", CopyTagsToSnapshot)
        .Tags(Tags);
}

public sealed class DeleteDBInstanceRequest : RdsRequest
{
    public string? DBInstanceIdentifier { get; set; }

    public bool? SkipFinalSnapshot { get; set; }

    public string? FinalDBSnapshotIdentifier { get; set; }

    public bool? DeleteAutomatedBackups { get; set; }

    internal override void Fill(QueryParameters parameters) => parameters
        .Set("DBInstanceIdentifier", DBInstanceIdentifier)
        .Set("SkipFinalSnapshot", SkipFinalSnapshot)
        .Set("FinalDBSnapshotIdentifier", FinalDBSnapshotIdentifier)
        .Set("DeleteAutomatedBackups", DeleteAutomatedBackups);
}
