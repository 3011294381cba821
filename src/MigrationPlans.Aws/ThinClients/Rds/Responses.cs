using System.Xml.Linq;
using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.Rds;

public sealed class DescribeDBInstancesResponse : AmazonWebServiceResponse
{
    public List<DBInstance> DBInstances { get; set; } = [];

    /// <summary>Where the next page starts; null on the last.</summary>
    public string? Marker { get; set; }

    internal static DescribeDBInstancesResponse Read(XElement result) =>
        new() { DBInstances = result.List("DBInstances", DBInstance.Read), Marker = result.Text("Marker") };
}

/// <summary>What instance-changing calls answer.</summary>
public sealed class DBInstanceResponse : AmazonWebServiceResponse
{
    public DBInstance? DBInstance { get; set; }

    internal static DBInstanceResponse Read(XElement result) =>
        new() { DBInstance = result.Child("DBInstance") is { } instance ? DBInstance.Read(instance) : null };
}

public sealed class DescribeDBSnapshotsResponse : AmazonWebServiceResponse
{
    public List<DBSnapshot> DBSnapshots { get; set; } = [];

    /// <summary>Where the next page starts; null on the last.</summary>
    public string? Marker { get; set; }

    internal static DescribeDBSnapshotsResponse Read(XElement result) =>
        new() { DBSnapshots = result.List("DBSnapshots", DBSnapshot.Read), Marker = result.Text("Marker") };
}

/// <summary>What snapshot-changing calls answer.</summary>
public sealed class DBSnapshotResponse : AmazonWebServiceResponse
{
    public DBSnapshot? DBSnapshot { get; set; }

    internal static DBSnapshotResponse Read(XElement result) =>
        new() { DBSnapshot = result.Child("DBSnapshot") is { } snapshot ? DBSnapshot.Read(snapshot) : null };
}

/// <summary>An answer without content of its own.</summary>
public sealed class EmptyRdsResponse : AmazonWebServiceResponse
{
    internal static EmptyRdsResponse Read(XElement result) => new();
}
