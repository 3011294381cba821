using System.Xml.Linq;

namespace MigrationPlans.Aws.ThinClients.Rds;

public sealed class Tag
{
    public string Key { get; set; } = "";

    public string Value { get; set; } = "";

    internal static Tag Read(XElement element) => new() { Key = element.Text("Key") ?? "", Value = element.Text("Value") ?? "" };
}

/// <summary>Where an instance listens.</summary>
public sealed class Endpoint
{
    public string? Address { get; set; }

    public int? Port { get; set; }

    internal static Endpoint Read(XElement element) => new() { Address = element.Text("Address"), Port = element.Number("Port") };
}

public sealed class MasterUserSecret
{
    public string? SecretArn { get; set; }

    public string? SecretStatus { get; set; }

    public string? KmsKeyId { get; set; }

    internal static MasterUserSecret Read(XElement element) =>
        new() { SecretArn = element.Text("SecretArn"), SecretStatus = element.Text("SecretStatus"), KmsKeyId = element.Text("KmsKeyId") };
}

public sealed class DBInstance
{
    public string DBInstanceIdentifier { get; set; } = "";

    public string? DBInstanceArn { get; set; }

    public string? DbiResourceId { get; set; }

    public string? DBInstanceClass { get; set; }

    public string? DBInstanceStatus { get; set; }

    public string? Engine { get; set; }

    public string? EngineVersion { get; set; }

    public string? MasterUsername { get; set; }

    public MasterUserSecret? MasterUserSecret { get; set; }

    public Endpoint? Endpoint { get; set; }

    /// <summary>In GiB.</summary>
    public int? AllocatedStorage { get; set; }

    /// <summary>In GiB, how far storage autoscaling may go; null where it is off.</summary>
    public int? MaxAllocatedStorage { get; set; }

    public string? StorageType { get; set; }

    public bool? StorageEncrypted { get; set; }

    public string? KmsKeyId { get; set; }

    public bool? MultiAZ { get; set; }

    public string? AvailabilityZone { get; set; }

    public bool? PubliclyAccessible { get; set; }

    public bool? IAMDatabaseAuthenticationEnabled { get; set; }

    public bool? DeletionProtection { get; set; }

    public bool? CopyTagsToSnapshot { get; set; }

    /// <summary>Names of the logs that go to CloudWatch.</summary>
    public List<string> EnabledCloudwatchLogsExports { get; set; } = [];

    /// <summary>Names of the groups.</summary>
    public List<string> DBParameterGroups { get; set; } = [];

    /// <summary>The subnet group's name.</summary>
    public string? DBSubnetGroup { get; set; }

    /// <summary>Ids of the security groups.</summary>
    public List<string> VpcSecurityGroups { get; set; } = [];

    public List<Tag> TagList { get; set; } = [];

    internal static DBInstance Read(XElement element) => new()
    {
        DBInstanceIdentifier = element.Text("DBInstanceIdentifier") ?? "",
        DBInstanceArn = element.Text("DBInstanceArn"),
        DbiResourceId = element.Text("DbiResourceId"),
        DBInstanceClass = element.Text("DBInstanceClass"),
        DBInstanceStatus = element.Text("DBInstanceStatus"),
        Engine = element.Text("Engine"),
        EngineVersion = element.Text("EngineVersion"),
        MasterUsername = element.Text("MasterUsername"),
        MasterUserSecret = element.Child("MasterUserSecret") is { HasElements: true } secret ? MasterUserSecret.Read(secret) : null,
        Endpoint = element.Child("Endpoint") is { HasElements: true } endpoint ? Endpoint.Read(endpoint) : null,
        AllocatedStorage = element.Number("AllocatedStorage"),
        MaxAllocatedStorage = element.Number("MaxAllocatedStorage"),
        StorageType = element.Text("StorageType"),
        StorageEncrypted = element.Flag("StorageEncrypted"),
        KmsKeyId = element.Text("KmsKeyId"),
        MultiAZ = element.Flag("MultiAZ"),
        AvailabilityZone = element.Text("AvailabilityZone"),
        PubliclyAccessible = element.Flag("PubliclyAccessible"),
        IAMDatabaseAuthenticationEnabled = element.Flag("IAMDatabaseAuthenticationEnabled"),
        DeletionProtection = element.Flag("DeletionProtection"),
        CopyTagsToSnapshot = element.Flag("CopyTagsToSnapshot"),
        EnabledCloudwatchLogsExports = element.List("EnabledCloudwatchLogsExports", log => log.Value),
        DBParameterGroups = element.List("DBParameterGroups", group => group.Text("DBParameterGroupName") ?? ""),
        DBSubnetGroup = element.Child("DBSubnetGroup")?.Text("DBSubnetGroupName"),
        VpcSecurityGroups = element.List("VpcSecurityGroups", group => group.Text("VpcSecurityGroupId") ?? ""),
        TagList = element.List("TagList", Tag.Read),
    };
}

public sealed class DBSnapshot
{
    public string DBSnapshotIdentifier { get; set; } = "";

    public string? DBSnapshotArn { get; set; }

    public string? DBInstanceIdentifier { get; set; }

    public string? Status { get; set; }

    /// <summary>0 to 100.</summary>
    public int? PercentProgress { get; set; }

    public string? Engine { get; set; }

    public string? EngineVersion { get; set; }

    /// <summary>In GiB.</summary>
    public int? AllocatedStorage { get; set; }

    public bool? Encrypted { get; set; }

    public string? KmsKeyId { get; set; }

    public string? SourceDBSnapshotIdentifier { get; set; }

    public DateTime? SnapshotCreateTime { get; set; }

    public List<Tag> TagList { get; set; } = [];

    internal static DBSnapshot Read(XElement element) => new()
    {
        DBSnapshotIdentifier = element.Text("DBSnapshotIdentifier") ?? "",
        DBSnapshotArn = element.Text("DBSnapshotArn"),
        DBInstanceIdentifier = element.Text("DBInstanceIdentifier"),
        Status = element.Text("Status"),
        PercentProgress = element.Number("PercentProgress"),
        Engine = element.Text("Engine"),
        EngineVersion = element.Text("EngineVersion"),
        AllocatedStorage = element.Number("AllocatedStorage"),
        Encrypted = element.Flag("Encrypted"),
        KmsKeyId = element.Text("KmsKeyId"),
        SourceDBSnapshotIdentifier = element.Text("SourceDBSnapshotIdentifier"),
        SnapshotCreateTime = element.Time("SnapshotCreateTime"),
        TagList = element.List("TagList", Tag.Read),
    };
}
