namespace MigrationPlans.Inspection;

/// <summary>pg_dump with pg_restore beside it, on the machine that looks.</summary>
/// <param name="Directory">Where they are.</param>
/// <param name="MajorVersion">Of servers, the newest that they can read: 15.</param>
/// <param name="Version">As pg_dump prints it: <c>15.18</c>.</param>
public sealed record ToolFacts(string Directory, int MajorVersion, string Version);
