namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about a mapping's picks, roles and archive.</summary>
public static class MappingDiagnostics
{
    private static readonly DiagnosticDescriptor IncludedAndExcludedDescriptor = new(
        "MP2109", Severity.Error, "the same objects are included and excluded",
        "`exclude` wins over `include`, so this pattern would never pick anything. Remove it from one of the two.");

    private static readonly DiagnosticDescriptor TableDataInIncludeDescriptor = new(
        "MP2110", Severity.Error, "`tableData` stands in `include`",
        "`tableData` says whose rows stay behind, so it belongs under `exclude`. To take a table with its rows, list it in `include.tables`.");

    private static readonly DiagnosticDescriptor NotTablePatternDescriptor = new(
        "MP2112", Severity.Error, "a table pattern has no schema",
        "Tables are named `schema.table`, where `*` stands for any run of characters: `public.invoices`, `audit.*`, `*.tmp_*`. There is no search path here.");

    private static readonly DiagnosticDescriptor RoleChainDescriptor = new(
        "MP2118", Severity.Error, "a role map leads on from its own result",
        "Each role is mapped once, from its name on the source to its name on the target. A chain or a swap is most often a slip, and whether it means one hop or two would be a guess.");

    private static readonly DiagnosticDescriptor ReservedRoleDescriptor = new(
        "MP2129", Severity.Error, "a role is reserved by the server",
        "Roles whose names start with `pg_`, and `public` and `none`, belong to the server. Nothing is mapped to `rdsadmin` or a role whose name starts with `rds_`, which RDS keeps for itself; one that the target lacks can be mapped to another.");

    private static readonly DiagnosticDescriptor BadRoleNameDescriptor = new(
        "MP2130", Severity.Error, "a role's name can't be used",
        "A role's name has 1 to 63 bytes.");

    private static readonly DiagnosticDescriptor BadCompressionDescriptor = new(
        "MP2131", Severity.Error, "an archive can't be compressed that way",
        "`compression` is `none`, `gzip`, `lz4` or `zstd`, with a level behind a colon where wanted: 1 to 9 for gzip, 1 to 12 for lz4, 1 to 22 for zstd. Without it, pg_dump decides, which is gzip.");

    private static readonly DiagnosticDescriptor NoEffectDescriptor = new(
        "MP2133", Severity.Warning, "a setting changes nothing",
        "Another setting of the same mapping leaves nothing for it to do: passwords are copied to roles that the run creates, and archive settings are read by `strategy: archive`.");

    public static Diagnostic NoEffect(SourceSpan span, string setting, string because, string help) => new()
    {
        Descriptor = NoEffectDescriptor,
        Message = $"`{setting}` changes nothing here: {because}",
        Span = span,
        Help = help,
    };

    public static Diagnostic IncludedAndExcluded(SourceSpan span, string pattern, string excluding) => new()
    {
        Descriptor = IncludedAndExcludedDescriptor,
        Message = $"`{Quoting.Plain(pattern)}` is included here and excluded by `{Quoting.Plain(excluding)}`",
        Span = span,
        Label = "picks nothing",
    };

    public static Diagnostic TableDataInInclude(SourceSpan span) => new()
    {
        Descriptor = TableDataInIncludeDescriptor,
        Message = "`tableData` can't be included",
        Span = span,
        Help = "list the tables under `include.tables`, or move this under `exclude`",
    };

    public static Diagnostic NotTablePattern(SourceSpan span, string pattern) => new()
    {
        Descriptor = NotTablePatternDescriptor,
        Message = $"`{Quoting.Plain(pattern)}` is not `schema.table`",
        Span = span,
        Help = pattern.Contains('.', StringComparison.Ordinal)
            ? null
            : $"write `public.{Quoting.Plain(pattern)}`, or `*.{Quoting.Plain(pattern)}` for all schemas",
    };

    public static Diagnostic RoleChain(SourceSpan span, string from, string to, string next) => new()
    {
        Descriptor = RoleChainDescriptor,
        Message = $"`{Quoting.Plain(from)}` becomes `{Quoting.Plain(to)}`, which itself becomes `{Quoting.Plain(next)}`",
        Span = span,
        Help = $"map `{Quoting.Plain(from)}` to its final name",
    };

    public static Diagnostic ReservedRole(SourceSpan span, string role) => new()
    {
        Descriptor = ReservedRoleDescriptor,
        Message = $"the role `{Quoting.Plain(role)}` belongs to the server",
        Span = span,
    };

    public static Diagnostic BadRoleName(SourceSpan span) => new()
    {
        Descriptor = BadRoleNameDescriptor,
        Message = "this can't name a role",
        Span = span,
    };

    public static Diagnostic BadCompression(SourceSpan at, string text) => new()
    {
        Descriptor = BadCompressionDescriptor,
        Message = $"`{text}` is no way to compress an archive",
        Span = at,
        Help = "write none, gzip, lz4 or zstd, with a level where wanted: `zstd:3`",
    };
}
