namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: what is otherwise in the target's version and build of PostgreSQL.</summary>
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

    private static readonly DiagnosticDescriptor GeneratedAloneDescriptor = new(
        "MP4140", Severity.Error, "a generated column inherits from one that is not generated",
        """
        Below 16 a table could have a generated column of the same name as a plain one of its parent, and so could a partition. From 16 on the server refuses to
        create such a table, or to attach it; pg_upgrade fails at it too.
        """);

    private static readonly DiagnosticDescriptor LibraryMissingDescriptor = new(
        "MP4141", Severity.Error, "the target server can't load a library that functions are in",
        """
        Functions in C, and with them what is built on them (base types, operator classes, handlers of languages), are a name in a file of the server's machine. The file does not travel with
        the database; one that was built for another version of PostgreSQL is refused. `plan` asks the target to load each library, in a session of its own, as
        `pg_upgrade --check` does it. Libraries of extensions are the extensions' matter; that a library is there and lacks the function shows when it is created.
        """);

    private static readonly DiagnosticDescriptor CompressionMissingDescriptor = new(
        "MP4142", Severity.Error, "columns are compressed by a method that the target server was built without",
        "From 14 on a column can ask for LZ4 (`SET COMPRESSION lz4`). A server that was built without it refuses such a column, whether or not a value is compressed.");

    private static readonly DiagnosticDescriptor OwnIdentityDescriptor = new(
        "MP4143", Severity.Error, "a partition has an identity column of its own",
        """
        Below 17 the identity columns of a partitioned table are no matter of its partitions, and a table with one of its own can be attached. From 17 on partitions have
        their root's identity columns, and the server refuses to attach a table that brings another.
        """);

    private static readonly DiagnosticDescriptor NeededGoneDescriptor = new(
        "MP4168", Severity.Error, "an object needs what the target's version does not have any more",
        """
        Newer versions drop columns of their system views and catalogs (those of `pg_stat_bgwriter` about checkpoints in 17, for example), parameters, functions (`pg_is_in_backup`, 15) and operators (those behind their operand, the
        factorial, `@` and `~` of geometric types, 14). A view or a rule that needs such a one, a function that sets such a parameter or reads such a column in a body of BEGIN ATOMIC, an operator class with such an operator, and an operator behind its operand are refused there.
        So is a range type whose multirange type, which it gets from 14 on, would bear the name of another type, and a constraint that is added to a table or domain under the name that the server gives to its NOT NULL
        (`TABLE_COLUMN_not_null` from 18 on, `DOMAIN_not_null` from 17 on): rename the type or the constraint. Only what is known of 12 to 18 is looked for. Functions whose body is a text are created, and fail when they are called.
        """);

    private static readonly DiagnosticDescriptor CollationsDifferDescriptor = new(
        "MP4182", Severity.Error, "a foreign key compares by two collations, one of which is not deterministic",
        """
        A collation that is not deterministic takes texts for equal that differ (in their case, for example). Below 18 a foreign key may lie between columns of different collations all the same; from 18 on the server refuses it
        unless both are deterministic, as the two columns would not agree on what is equal. The copy would find out after all rows had arrived.
        """);

    private static readonly DiagnosticDescriptor NotImmutableDescriptor = new(
        "MP4175", Severity.Error, "a generated column, an index or a partition key is not immutable any more in the target's version",
        """
        An interval becomes a text as `IntervalStyle` says. Below 14 PostgreSQL took this for immutable all the same (`elapsed::text`), and let generated columns, indexes and partition keys do it; from 14 on it refuses
        them. A function of your own that is declared immutable may do it in all versions, as you answer for it. Where such a thing is hidden deeper in an expression than `plan` looks, the run is refused later (MP6251).

        ```sql
        CREATE FUNCTION interval_text(interval) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1::text';
        ALTER TABLE job DROP COLUMN took, ADD COLUMN took text GENERATED ALWAYS AS (interval_text(elapsed)) STORED;
        ```
        """);

    /// <param name="item">Kind and name.</param>
    /// <param name="reason"><c>it makes text of an interval</c>.</param>
    public static Diagnostic NotImmutable(string mapping, string item, string reason, int since, SourceSpan? span) => new()
    {
        Descriptor = NotImmutableDescriptor,
        Message = $"{item} can't be created by PostgreSQL {since} and newer: {reason}, which is not immutable there",
        Help = "on the source, make it anew with a function of your own that does this and is declared IMMUTABLE (`migplan explain MP4175` has an example), or drop it",
        Subject = mapping,
        Span = span,
    };

    /// <param name="reason">Which collations.</param>
    public static Diagnostic CollationsDiffer(string mapping, string key, string reason, int since, SourceSpan? span) => new()
    {
        Descriptor = CollationsDifferDescriptor,
        Message = $"foreign key {key} can't be created by PostgreSQL {since} and newer: {reason}",
        Help = "on the source, give both columns the same collation (ALTER TABLE … ALTER COLUMN … TYPE … COLLATE …), or drop the key",
        Subject = mapping,
        Span = span,
    };

    /// <param name="item">Kind and name.</param>
    /// <param name="reason"><c>it reads pg_stat_bgwriter.checkpoints_timed</c>.</param>
    public static Diagnostic NeededGone(string mapping, string item, string reason, int since, SourceSpan? span) => new()
    {
        Descriptor = NeededGoneDescriptor,
        Message = $"{item} can't be created by PostgreSQL {since} and newer: {reason}",
        Help = "change, rename or drop it on the source with what needs it, and make it on the target afterwards as it has to be there; or leave it out with `exclude`: a view or table by name, anything else with its schema",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic SignatureGone(string mapping, string item, int since, SourceSpan? span) => new()
    {
        Descriptor = SignatureGoneDescriptor,
        Message = $"{item} can't be created by PostgreSQL {since} and newer: a function that it uses takes other types there",
        Help = "drop it on the source, and make it on the target with anycompatiblearray and anycompatible in place of anyarray and anyelement",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic GeneratedAlone(string mapping, string column, int since, SourceSpan? span) => new()
    {
        Descriptor = GeneratedAloneDescriptor,
        Message = $"generated column {column} can't be created by PostgreSQL {since} and newer: its parent's is not generated",
        Help = "on the source, take the table off its parent (NO INHERIT, DETACH PARTITION); once it has the column as a plain one (from 13 on: ALTER COLUMN … DROP EXPRESSION, which is refused before), it can go back (INHERIT, ATTACH PARTITION)",
        Subject = mapping,
        Span = span,
    };

    /// <param name="functions">Some of them, as the server identifies them.</param>
    /// <param name="more">How many there are besides.</param>
    /// <param name="reason">In the target server's words.</param>
    public static Diagnostic LibraryMissing(string mapping, string library, string functions, int more, string server, string reason, SourceSpan? span) => new()
    {
        Descriptor = LibraryMissingDescriptor,
        Message = $"{functions}{(more > 0 ? $" and {more} more" : "")} can't be created on `{server}`, which can't load the library {library}: {reason}",
        Help = "install the library for the target's version of PostgreSQL, leave the functions' schemas out with `exclude`, or drop the functions on the source with what needs them",
        Subject = mapping,
        Span = span,
    };

    /// <param name="columns">Some of them.</param>
    /// <param name="more">How many there are besides.</param>
    public static Diagnostic CompressionMissing(string mapping, string columns, int more, string server, SourceSpan? span) => new()
    {
        Descriptor = CompressionMissingDescriptor,
        Message = $"{columns}{(more > 0 ? $" and {more} more" : "")} can't be created on `{server}`, which was built without LZ4",
        Help = "use a server that was built with it, or on the source: ALTER TABLE … ALTER COLUMN … SET COMPRESSION default",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic OwnIdentity(string mapping, string column, int since, SourceSpan? span) => new()
    {
        Descriptor = OwnIdentityDescriptor,
        Message = $"PostgreSQL {since} and newer do not attach a partition with an identity column of its own: {column}",
        Help = "on the source, drop the identity (ALTER COLUMN … DROP IDENTITY) and give the column a default by a sequence, which a partition may have",
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
