namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: target databases that are there before a run.</summary>
public static class ExistingTargetDiagnostics
{
    private static readonly DiagnosticDescriptor IsFilledDescriptor = new(
        "MP4100", Severity.Note, "an empty target database is filled as it is",
        """
        The target database is there and holds nothing, so it is not created: encoding, locale and tablespace stay. All else that belongs to the database itself becomes as on the source: owner, comment, connection
        limit, privileges, and settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN DATABASE … SET`). Settings that the source does not have are reset. Set again afterwards what the target shall have of its own;
        `verify` then names it as a difference.
        """);

    /// <param name="settings">That the target has, for people.</param>
    public static Diagnostic IsFilled(string mapping, IReadOnlyCollection<string> settings, SourceSpan? span) => new()
    {
        Descriptor = IsFilledDescriptor,
        Message = $"target database `{mapping}` is there, and empty: it is filled, not created, and gets the source's properties{(settings.Count == 0 ? "" : $"; its settings become the source's, or are reset: {string.Join(", ", settings)}")}",
        Subject = mapping,
        Span = span,
    };
}
