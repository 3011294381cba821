namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>A membership that the login took for a while, with all that it takes to put back what was there before.</summary>
/// <param name="Role">The role that the login is a member of.</param>
/// <param name="Grantor">In whose name the server granted it: from 16 on there is one for each grantor. Null below.</param>
/// <param name="Before">What the grantor's membership gave before; null where there was none.</param>
internal sealed record BorrowedMembership(string Role, string? Grantor = null, MembershipOptions? Before = null);
