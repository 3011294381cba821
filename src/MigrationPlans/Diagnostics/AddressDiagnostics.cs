namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about where a mapping reads and writes.</summary>
public static class AddressDiagnostics
{
    private static readonly DiagnosticDescriptor UnknownEndpointDescriptor = new(
        "MP2101", Severity.Error, "a mapping names an endpoint that is not declared",
        "`from` names an endpoint under `sources`, `to` one under `targets`. A server that is both is declared in both places.");

    private static readonly DiagnosticDescriptor DuplicateTargetDescriptor = new(
        "MP2102", Severity.Error, "two mappings fill one target database",
        "Each target database is filled by exactly one mapping, because the second would overwrite or collide with the first. One source may well go to several targets. Two endpoints with the same address are the same server.");

    private static readonly DiagnosticDescriptor SourceIsTargetDescriptor = new(
        "MP2103", Severity.Error, "a database would be copied onto itself",
        "Source and target are the same database of the same server: the same host and port, or the same RDS instance in the same region. Choose another database name or another target.");

    private static readonly DiagnosticDescriptor NameTooLongDescriptor = new(
        "MP2108", Severity.Error, "a database name is too long",
        "PostgreSQL cuts names after 63 bytes (of UTF-8, not characters) without an error, so two long names may become one.");

    private static readonly DiagnosticDescriptor NotAddressDescriptor = new(
        "MP2115", Severity.Error, "an address is not `endpoint/database`",
        "An address has one slash, with a name on each side. Where a name itself holds a slash, write the two apart: `{ endpoint: nonprod, database: team/app }`. In either form a name holds no control characters (tabs, line breaks).");

    private static readonly DiagnosticDescriptor ReservedDatabaseDescriptor = new(
        "MP2127", Severity.Error, "a database is reserved by the server",
        "`template0` and `template1` are the patterns of new databases, `rdsadmin` belongs to RDS. They are not migrated.");

    private static readonly DiagnosticDescriptor NoWildcardsDescriptor = new(
        "MP2128", Severity.Error, "a wildcard stands in a database name",
        "Each mapping carries one database, so that a review shows all of them. Write one mapping for each. A name that really holds `*` is written as `{ endpoint, database }`.");

    private static readonly DiagnosticDescriptor TargetIsReadDescriptor = new(
        "MP2132", Severity.Error, "a mapping fills a database that another one reads",
        """
        The mappings of a manifest run at the same time, in no order. Whoever reads a database that another mapping fills may find it absent, half full
        or, with `onExisting: replace`, just dropped. That goes for chains (a to b, b to c) and for swaps. Fill a database of another name, or put
        the two mappings into manifests of their own, and carry out one after the other.
        """);

    public static Diagnostic UnknownEndpoint(SourceSpan span, string endpoint, string holder, string? meant, bool isOnOtherSide) => new()
    {
        Descriptor = UnknownEndpointDescriptor,
        Message = $"no endpoint `{Quoting.Plain(endpoint)}` is declared under `{holder}`",
        Span = span,
        Label = "not declared",
        Help = meant is not null ? $"did you mean `{Quoting.Plain(meant)}`?"
            : isOnOtherSide ? $"it is declared on the other side; a server that is both is declared under `{holder}` too"
            : $"declare it under `{holder}`",
    };

    public static Diagnostic DuplicateTarget(SourceSpan span, string address, SourceSpan first) => new()
    {
        Descriptor = DuplicateTargetDescriptor,
        Message = $"`{Quoting.Plain(address)}` is already filled by the mapping in line {first.Line}",
        Span = span,
        Label = "second mapping onto this database",
        Help = "give each mapping a target database of its own",
    };

    public static Diagnostic SourceIsTarget(SourceSpan span, string database) => new()
    {
        Descriptor = SourceIsTargetDescriptor,
        Message = $"`{Quoting.Plain(database)}` would be copied onto itself",
        Span = span,
        Label = "the same database of the same server",
    };

    public static Diagnostic TargetIsRead(SourceSpan span, string address, SourceSpan reader) => new()
    {
        Descriptor = TargetIsReadDescriptor,
        Message = $"`{Quoting.Plain(address)}` is filled here and read by the mapping in line {reader.Line}",
        Span = span,
        Label = "read by another mapping",
        Help = "fill a database of another name, or put one of the two mappings into a manifest of its own",
    };

    public static Diagnostic NameTooLong(SourceSpan span, int length) => new()
    {
        Descriptor = NameTooLongDescriptor,
        Message = $"the database name has {length} bytes; PostgreSQL keeps 63",
        Span = span,
    };

    public static Diagnostic NotAddress(SourceSpan span, string text) => new()
    {
        Descriptor = NotAddressDescriptor,
        Message = $"`{Quoting.Plain(text)}` is not an address",
        Span = span,
        Label = "should be `endpoint/database`",
        Help = text.Count(c => c == '/') > 1 ? "where a name holds a slash, write `{ endpoint: …, database: … }`" : null,
    };

    public static Diagnostic NameUnprintable(SourceSpan span, string name) => new()
    {
        Descriptor = NotAddressDescriptor,
        Message = $"the database name `{Quoting.Plain(name)}` holds a control character",
        Span = span,
        Label = "a tab, a line break or the like",
        Help = "if the database is really called so, rename it first",
    };

    public static Diagnostic ReservedDatabase(SourceSpan span, string name) => new()
    {
        Descriptor = ReservedDatabaseDescriptor,
        Message = $"`{name}` belongs to the server",
        Span = span,
    };

    public static Diagnostic NoWildcards(SourceSpan span) => new()
    {
        Descriptor = NoWildcardsDescriptor,
        Message = "a mapping names one database; `*` is not a wildcard here",
        Span = span,
        Help = "write one mapping for each database",
    };
}
