namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: tables that have no statistics after a run.</summary>
public static class AnalyzeDiagnostics
{
    private static readonly DiagnosticDescriptor AnalyzeRefusedDescriptor = new(
        "MP6701", Severity.Note, "the server could not analyze a table",
        """
        ANALYZE fails for reasons that are the table's own: statistics on an expression that overflows for some row, or a partition
        in a foreign server that the target can't reach, or in a file that it does not have. The rows are there all the same. The other tables were analyzed, and of a
        partitioned table those partitions that could be.
        """);

    public static Diagnostic AnalyzeRefused(string subject, string first, string reason, int count) => new()
    {
        Descriptor = AnalyzeRefusedDescriptor,
        Message = $"{Counts.Of(count, "table")} of {subject} could not be analyzed: {first}: {reason}",
        Subject = subject,
        Help = "ANALYZE on the source shows the same; planning works without these statistics",
    };
}
