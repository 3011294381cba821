namespace MigrationPlans.Diagnostics;

/// <summary>How an instance's storage adds up; all in bytes.</summary>
/// <param name="Allocated">What the instance has.</param>
/// <param name="Limit">How far autoscaling may grow it; null where that is off.</param>
/// <param name="Used">What its databases take up.</param>
/// <param name="Hidden">How many databases' sizes could not be seen.</param>
/// <param name="Coming">What all mappings to it bring beyond what is there of them.</param>
/// <param name="Wal">What the write-ahead log may take.</param>
/// <param name="Parts">The largest of what comes, by name and size.</param>
public sealed record StorageUse(long Allocated, long? Limit, long Used, int Hidden, long Coming, long Wal, string Parts);
