namespace MigrationPlans.Diagnostics;

/// <summary>Stage 7: what comparing the two sides shows.</summary>
public static class VerificationDiagnostics
{
    private static readonly DiagnosticDescriptor DifferenceDescriptor = new(
        "MP7001", Severity.Error, "source and target differ",
        """
        Both sides were asked what they hold now, and they differ. Either someone wrote to one of them after the copy, which a
        fence (`fence: read-only`) prevents on the source, or the copy is not what it should be. The target stays as it is, for
        you to look at; `migplan verify` compares again at any time.
        """);

    private static readonly DiagnosticDescriptor NotComparedDescriptor = new(
        "MP7002", Severity.Note, "some rows could not be compared",
        """
        One of the two logins may not read them, or row security would hide some from it: forced row security filters even for
        the owner. Nothing is said about these rows, nor about positions of sequences that a login may not read. Compare again with
        logins that may read them, for example with BYPASSRLS and pg_read_all_data: `migplan verify`.
        """);

    private static readonly DiagnosticDescriptor DerivedDescriptor = new(
        "MP7003", Severity.Note, "a materialized view holds other rows than on the source",
        """
        Its query gives other rows at another time or place: it asks for the time, takes rows as they lie, or reads another
        materialized view that is stale on the source. Its tables were compared by themselves, and the view holds nothing of
        its own. To see it equal, refresh it on both sides, those that it reads first, where its query lets it be.
        """);

    private static readonly DiagnosticDescriptor ComparedForFenceDescriptor = new(
        "MP7004", Severity.Note, "every row was compared, since the source may have been written to behind its fence",
        """
        An earlier run copied the rows behind a fence. Since then the fence was set anew, or the server's counters say that something was written behind it (a session that says
        `BEGIN READ WRITE`, the worker of a subscription), or they began anew, as after a crash. So rows were compared by checksums, whatever `verify` asks for; what was not equal would have ended the run (MP7001).
        """);

    public static Diagnostic ComparedForFence(string source) => new()
    {
        Descriptor = ComparedForFenceDescriptor,
        Message = $"{source} may have been written to behind its fence since its rows were copied: every row was compared, and all are equal",
        Subject = source,
    };

    public static Diagnostic NotCompared(string subject, string first, string reason, int tables, int sequences) => new()
    {
        Descriptor = NotComparedDescriptor,
        Message = (tables, sequences) switch
        {
            (_, 0) => $"rows of {Counts.Of(tables, "table")}",
            (0, _) => $"positions of {Counts.Of(sequences, "sequence")}",
            _ => $"rows of {Counts.Of(tables, "table")} and positions of {Counts.Of(sequences, "sequence")}",
        } + $" of {subject} were not compared: {first}: {reason}",
        Subject = subject,
        Help = "run `migplan verify` with logins that may read them",
    };

    public static Diagnostic Derived(string subject, string first, int count) => new()
    {
        Descriptor = DerivedDescriptor,
        Message = $"{Counts.Of(count, "materialized view")} of {subject} {Counts.Word(count, "holds", "hold")} other rows than on the source: {first}",
        Subject = subject,
        Help = "`migplan verify` lists such views as left out, which is no difference",
    };

    public static Diagnostic Difference(string subject, string first, int tables, int objects, bool mayBeWritten, bool isBehindFence) => new()
    {
        Descriptor = DifferenceDescriptor,
        Message = $"{subject} differs from its source: {Counts.Of(tables, "table")}, {Counts.Of(objects, "object")} ({first})",
        Subject = subject,
        Help = isBehindFence
            ? "the source may have been written to behind its fence (`BEGIN READ WRITE`, a subscription) after its rows had been copied; see that nobody does, then take it back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again"
            : mayBeWritten
            ? "the source was not fenced: writes since the copy began look like differences; stop the writers or use `fence: read-only`, then take it back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again"
            : "run `migplan verify` to see all of it; `migplan rollback MANIFEST --target ENDPOINT/DATABASE` takes this target back",
    };

}
