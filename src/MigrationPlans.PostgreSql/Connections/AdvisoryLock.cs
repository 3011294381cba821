namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Keys of advisory locks: any constants will do that differ, and all runs must use the same. A lock is known in its own database only.</summary>
internal enum AdvisoryLock : long
{
    /// <summary>Creates roles; taken in <see cref="MaintenanceDatabase"/>'s first.</summary>
    Roles = 0x6d69_6770_6c61_6e01,

    /// <summary>Fences a source database; taken in that one.</summary>
    Fence = 0x6d69_6770_6c61_6e02,

    /// <summary>Begins or ends a target database; taken in <see cref="MaintenanceDatabase"/>'s first.</summary>
    Turn = 0x6d69_6770_6c61_6e03,
}
