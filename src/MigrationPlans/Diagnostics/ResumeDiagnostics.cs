namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6, MP627x: what a run that goes on finds otherwise than it left it.</summary>
public static class ResumeDiagnostics
{
    private static readonly DiagnosticDescriptor SourceSchemaChangedDescriptor = new(
        "MP6270", Severity.Error, "the source's schema changed between two runs",
        """
        A run was stopped after it had created the tables and other objects, and on the source some were created or changed before the same command went on.
        What is there is as the source was, what follows would be as it is now: rows, indexes, keys. Undo the change on the source and run the same command
        again, or take all back with `migplan rollback` and apply anew. `fence: read-only` keeps such changes out.
        Comments and privileges that changed are not minded, nor is what was dropped: `verify` compares them.
        """);

    public static Diagnostic SourceSchemaChanged(string mapping, string source, string first, int others) => new()
    {
        Descriptor = SourceSchemaChangedDescriptor,
        Message = $"on `{source}`, {first}{(others > 0 ? $" and {others} more were" : " was")} created or changed after the objects of `{mapping}` had been created",
        Help = "undo it on the source and run the same command again, or take the run back with `migplan rollback` and apply anew",
        Subject = mapping,
    };
}
