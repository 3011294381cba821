namespace MigrationPlans.Planning;

/// <summary>The instance that a move is of. What the move makes is marked with it: its name may be wanted for another instance later.</summary>
public sealed record InstanceOrigin(string Region, string Account, string Instance)
{
    /// <summary>The value of <see cref="SnapshotNames.OriginTag"/>; tags take letters, digits, spaces and <c>_.:/=+-@</c>.</summary>
    public override string ToString() => $"{Region}/{Account}/{Instance}";
}
