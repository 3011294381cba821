namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>What a membership gives, from 16 on. Whether it may be handed out is nothing that is borrowed, and stays as it is.</summary>
/// <param name="Inherit">The role's rights.</param>
/// <param name="Set">To become the role.</param>
internal sealed record MembershipOptions(bool Inherit, bool Set);
