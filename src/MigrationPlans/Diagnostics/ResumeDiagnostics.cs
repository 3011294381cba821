namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6, MP627x: what a run that goes on finds otherwise than it left it.</summary>
public static class ResumeDiagnostics
{
    private static readonly DiagnosticDescriptor SourceSchemaChangedDescriptor = new(
        "MP6270", Severity.Error, "the source's schema changed between two runs",
        """
        A run was stopped after it had created the tables and other objects, and on the source some of them were created or changed before the same command
        went on: tables, their partitions, types, domains or sequences. What is there is as the source was, what follows would be as it is now: rows, indexes,
        keys. Undo the change on the source and run the same command again, or take all back with `migplan rollback` and apply anew. `fence: read-only` keeps
        such changes out.
        Only what rows are in or values are of counts. With other changes (functions, views, owners, comments, privileges) the run goes on, and notes them
        (`MP6275`); nor does it mind what was dropped. `verify` compares all of it.
        """);

    private static readonly DiagnosticDescriptor ObjectsChangedDescriptor = new(
        "MP6275", Severity.Warning, "functions, views or other objects changed on the source between two runs",
        """
        A run was stopped after it had created the objects, and on the source some that hold no rows were created or changed before the same command went on.
        They are on the target as they were, or not at all, and without what was granted on new ones. `verify` says what differs: create those again by hand,
        or take the run back with `migplan rollback` and apply anew.
        """);

    public static Diagnostic SourceSchemaChanged(string mapping, string source, string first, int others) => new()
    {
        Descriptor = SourceSchemaChangedDescriptor,
        Message = $"on `{source}`, {first}{(others > 0 ? $" and {others} more were" : " was")} created or changed after the objects of `{mapping}` had been created",
        Help = "undo it on the source and run the same command again, or take the run back with `migplan rollback` and apply anew",
        Subject = mapping,
    };

    public static Diagnostic ObjectsChanged(string mapping, string source, string first, int others) => new()
    {
        Descriptor = ObjectsChangedDescriptor,
        Message = $"on `{source}`, {first}{(others > 0 ? $" and {others} more were" : " was")} created or changed after the objects of `{mapping}` had been created; on the target all is as it was",
        Help = "where it matters, do the same on the target; `migplan verify` lists what differs",
        Subject = mapping,
    };
}
