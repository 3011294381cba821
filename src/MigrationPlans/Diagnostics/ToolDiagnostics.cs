using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: programs of PostgreSQL that a run starts.</summary>
public static class ToolDiagnostics
{
    private static readonly DiagnosticDescriptor DumpToolMissingDescriptor = new(
        "MP4071", Severity.Warning, "this machine has no pg_dump that is new enough for a source",
        """
        A run reads a source's schema by pg_dump, which refuses servers newer than itself, and pg_restore from the same directory. They are
        looked for on `PATH` and where packages put them. `apply` refuses the mappings of such a source (MP6304) before it changes anything. It is a
        warning here, because a plan may be made on another machine than the one that carries it out.
        """);

    /// <param name="source">The endpoint's name.</param>
    /// <param name="needed">The server's major version.</param>
    /// <param name="newest">The newest program's version and directory; null where there is none.</param>
    /// <param name="mappings">How many databases come from there.</param>
    public static Diagnostic DumpToolMissing(string source, int needed, (string Version, string Directory)? newest, int mappings, SourceSpan? span) => new()
    {
        Descriptor = DumpToolMissingDescriptor,
        Message = $"`{source}` runs PostgreSQL {Number(needed)}, and {(newest is (var version, var directory) ? $"the newest pg_dump here is {version} in {directory}" : "no pg_dump was found here")}",
        Detail =
            $"on this machine, `apply` would refuse {(mappings == 1 ? "the database" : $"the {Number(mappings)} databases")} that it carries over from there",
        Help = $"on the machine that runs `apply`, install the PostgreSQL {Number(needed)} client programs (package postgresql-client-{Number(needed)}), or put them on PATH",
        Subject = source,
        Span = span,
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
