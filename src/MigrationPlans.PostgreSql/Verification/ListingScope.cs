using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What verify-objects.sql lists of a database.</summary>
/// <param name="WithMaintain">Both servers know this privilege. From 17 on all privileges hold it, also of an older server's.</param>
/// <param name="WithSystemGrants">Also privileges on what the server or an extension brings.</param>
/// <param name="WithMultiranges">Both servers have multirange types with owners and privileges of their own.</param>
/// <param name="WithNotNull">Both servers keep NOT NULL as a constraint, which need not be valid or inherited.</param>
/// <param name="SkippedExtensions">But of these extensions.</param>
/// <param name="Hash">Says in which encoding text is hashed.</param>
internal sealed record ListingScope(bool WithMaintain, bool WithSystemGrants, bool WithMultiranges, bool WithNotNull, string[] SkippedExtensions, RowHash Hash);
