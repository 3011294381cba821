namespace MigrationPlans.PostgreSql.Snapshots;

/// <summary>A moment of a source database that any number of connections can read.</summary>
/// <param name="Id">For <c>SET TRANSACTION SNAPSHOT</c> and <c>pg_dump --snapshot</c>; lives while its holder's transaction is open.</param>
public sealed record SourceSnapshot(string Id)
{
    /// <summary>What <see cref="SourceState"/> named the source just before, where a fence keeps writers out; else null.</summary>
    public string? StateBefore { get; init; }
}
