namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6, MP627x: what a run that goes on finds otherwise than it left it.</summary>
public static class ResumeDiagnostics
{
    private static readonly DiagnosticDescriptor SourceSchemaChangedDescriptor = new(
        "MP6270", Severity.Error, "the source's schema changed between two runs",
        """
        A run was stopped after it had created the tables and other objects, and on the source some of them were created or changed before the same command
        went on: tables, their partitions, materialized views, types, domains or sequences. What is there is as the source was, what follows would be as it is now: rows, indexes,
        keys. Undo the change on the source and run the same command again, or take all back with `migplan rollback` and apply anew. `fence: read-only` keeps
        such changes out.
        Only what rows are in or values are of counts. With other changes (functions, views, owners, comments, privileges) the run goes on, and notes them
        (`MP6275`). What was dropped is `MP6271`. `verify` compares all of it.
        """);

    private static readonly DiagnosticDescriptor SourceObjectsDroppedDescriptor = new(
        "MP6271", Severity.Error, "tables or sequences were dropped on the source between two runs",
        """
        A run was stopped after it had created tables, materialized views and sequences, and the source has some of them no more. They would stay on the target, with the rows of then. Drop them there too, where they are
        not wanted, and run the same command again: it goes on. Or take all back with `migplan rollback` and apply anew. What somebody else created in the target meanwhile does not count.
        """);

    private static readonly DiagnosticDescriptor ThereAlreadyDescriptor = new(
        "MP6272", Severity.Error, "an object that is to be created is there already",
        """
        The target database was empty when the run began, and now it has an object of this name that this run did not record. It can have come in four ways.
        The run was stopped while it created objects, and the source's was changed since: the one that is there is as it was then. Undo the change on the source, or drop the object on the target, and run the same command again; or take all back with
        `migplan rollback` and apply anew. Or somebody else created it: drop or rename that, and run the same command again. Or an extension that the target has in another version, or had beforehand, brings it: then rename the source's, or leave the
        extension out (`skipExtensions`). Or nothing changed anywhere, and the server made it beside another object, as it does array types and the indexes, keys and constraints of partitions: their names follow from what else is there at that moment, and on
        the source they came about in another order. Then the same command would end the same: rename the source's (`ALTER … RENAME`), take all back with `migplan rollback`, and apply anew.
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
        Message =
            $"on `{source}`, {first}{(others > 0 ? $" and {others} more were" : " was")} created or changed after the objects of `{mapping}` had been created",
        Help =
            $"undo it on the source and run the same command again, or take this database back with `migplan rollback MANIFEST --target {mapping}` and apply anew",
        Subject = mapping,
    };

    public static Diagnostic SourceObjectsDropped(string mapping, string source, string first, int others) => new()
    {
        Descriptor = SourceObjectsDroppedDescriptor,
        Message = $"{first}{(others > 0 ? $" and {others} more are" : " is")} in target `{mapping}`, from an earlier run, and not on `{source}`",
        Help = $"drop {(others > 0 ? "them" : "it")} on the target too and run the same command again, or take this database back with `migplan rollback MANIFEST --target {mapping}` and apply anew",
        Subject = mapping,
    };

    /// <param name="message">The server's.</param>
    public static Diagnostic ThereAlready(string target, string entry, string sqlState, string message, string? detail) => new()
    {
        Descriptor = ThereAlreadyDescriptor,
        Message = $"{entry} is to be created in {target}, where one of its name is already: {message} (SQLSTATE {sqlState})",
        Detail = detail,
        Help = "if a run was stopped and it changed on the source since, undo that, or drop the one on the target, and run the same command again; if it was not, and nobody else nor an extension made the one there, the server did, beside another object: "
            + "rename the source's, take this database back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE`, and apply anew; `migplan explain MP6272` says more",
        Subject = target,
    };

    public static Diagnostic ObjectsChanged(string mapping, string source, string first, int others) => new()
    {
        Descriptor = ObjectsChangedDescriptor,
        Message = $"on `{source}`, {first}{(others > 0 ? $" and {others} more were" : " was")} created or changed after the objects of `{mapping}` had been created; on the target all is as it was",
        Help = "where it matters, do the same on the target; `migplan verify` lists what differs",
        Subject = mapping,
    };
}
