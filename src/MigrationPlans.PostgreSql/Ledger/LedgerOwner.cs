namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>Whose run a ledger belongs to: the row of <c>migplan_ledger.owner</c>.</summary>
/// <param name="Lineage">Of the run's state; null where an older version made the ledger.</param>
public sealed record LedgerOwner(string Plan, string? Lineage)
{
    public bool IsOf(string plan, string lineage) => Plan == plan && (Lineage is null || Lineage == lineage);
}
