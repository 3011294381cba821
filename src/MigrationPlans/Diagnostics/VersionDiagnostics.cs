namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: what is otherwise in the target's version of PostgreSQL.</summary>
public static class VersionDiagnostics
{
    private static readonly DiagnosticDescriptor SignatureGoneDescriptor = new(
        "MP4111", Severity.Error, "an object uses a function whose signature the target's version does not have",
        """
        From 14 on `array_append`, `array_cat`, `array_prepend` and their likes take `anycompatiblearray` and `anycompatible`. An aggregate or operator
        that was made over them with `anyarray` and `anyelement` is refused there, as pg_upgrade refuses it too. Drop it on the source before the run, and make it
        with the new types on the target afterwards; where it is not needed, leave it at that.
        """);

    private static readonly DiagnosticDescriptor NotNullInheritedDescriptor = new(
        "MP4112", Severity.Error, "a column may be null, and may not on the target, because its parent's may not",
        """
        Below 18 the column of a table that inherits (`INHERITS`) can be made nullable though the parent's is NOT NULL. From 18 on NOT NULL is inherited: rows with
        a null in it are refused there, and without any the column is another than on the source.
        """);

    public static Diagnostic SignatureGone(string mapping, string item, int since, SourceSpan? span) => new()
    {
        Descriptor = SignatureGoneDescriptor,
        Message = $"{item} can't be created by PostgreSQL {since} and newer: a function that it uses takes other types there",
        Help = "drop it on the source, and make it on the target with anycompatiblearray and anycompatible in place of anyarray and anyelement",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic NotNullInherited(string mapping, string column, int since, SourceSpan? span) => new()
    {
        Descriptor = NotNullInheritedDescriptor,
        Message = $"column {column} may be null, and its parent's may not: from PostgreSQL {since} on it may not either",
        Help = "on the source, set it NOT NULL too, or drop NOT NULL of the parent's column",
        Subject = mapping,
        Span = span,
    };
}
