namespace MigrationPlans.Diagnostics;

/// <summary>Stage 1: what stands in the way of reading a manifest.</summary>
public static class ManifestDiagnostics
{
    private static readonly DiagnosticDescriptor FileUnreadableDescriptor = new(
        "MP1001", Severity.Error, "a manifest file can't be read",
        "The file that the command line names does not exist, is a directory, or may not be read by this user. Paths are relative to the directory that migplan runs in.");

    private static readonly DiagnosticDescriptor FileTooLargeDescriptor = new(
        "MP1002", Severity.Error, "a manifest file is too large",
        "A manifest may have up to 1 MiB. Larger files are refused before they are parsed. Check that the path names a manifest and not, say, a dump.");

    private static readonly DiagnosticDescriptor NotUtf8Descriptor = new(
        "MP1003", Severity.Error, "a manifest file is not UTF-8",
        "Manifests are UTF-8 text, with or without a byte order mark. Save the file as UTF-8; UTF-16 and Latin-1 are not read.");

    private static readonly DiagnosticDescriptor ControlCharacterDescriptor = new(
        "MP1004", Severity.Error, "a control character stands in the manifest",
        "YAML forbids control characters other than tab and line breaks. Remove it, or write it as an escape in a double-quoted string.");

    private static readonly DiagnosticDescriptor SyntaxDescriptor = new(
        "MP1005", Severity.Error, "the manifest is not valid YAML",
        """
        The text breaks a rule of YAML, and reading ended there; what follows was not checked. The usual causes: an
        indentation that does not match the lines around it, a missing space after a colon, a missing closing quote, or a value
        that starts with one of `@ % & * ! | >` or a backquote and needs quotes, or that holds a colon and a space.
        """);

    private static readonly DiagnosticDescriptor TabIndentDescriptor = new(
        "MP1006", Severity.Error, "a line is indented with a tab",
        "YAML indents with spaces only. Replace the tab by spaces, in step with the lines around it.");

    private static readonly DiagnosticDescriptor UnknownPropertyDescriptor = new(
        "MP1007", Severity.Error, "a property is not known here",
        """
        Most often it is misspelled or stands at the wrong level. Nothing is guessed, because a setting that is silently ignored
        is worse than an error. Keys that start with `x-` are free for your own use. `migplan schema` prints all that is known.
        """);

    private static readonly DiagnosticDescriptor DuplicateKeyDescriptor = new(
        "MP1008", Severity.Error, "a key stands twice in one mapping",
        "YAML wants keys to be unique; many programs silently keep the last one. Remove one of the two, or join what stands under them.");

    private static readonly DiagnosticDescriptor SeveralDocumentsDescriptor = new(
        "MP1009", Severity.Error, "the file holds more than one YAML document",
        "A manifest is one document. Put each into a file of its own; `validate` takes several files. To vary one manifest by environment, use `--overlay`.");

    private static readonly DiagnosticDescriptor RootNotMappingDescriptor = new(
        "MP1010", Severity.Error, "the manifest is not a mapping",
        "A manifest starts with properties such as `apiVersion:` and `kind:`. This file holds a list or a single value.");

    private static readonly DiagnosticDescriptor EmptyFileDescriptor = new(
        "MP1011", Severity.Error, "the manifest is empty",
        "The file holds nothing but blanks and comments. `migplan init` writes a starter manifest.");

    private static readonly DiagnosticDescriptor UnknownAliasDescriptor = new(
        "MP1012", Severity.Error, "an alias refers to an anchor that is not there",
        "`*name` repeats the value that `&name` marks earlier in the same file. A value that really starts with `*` needs quotes.");

    private static readonly DiagnosticDescriptor AliasCycleDescriptor = new(
        "MP1013", Severity.Error, "an alias refers to the value that it stands in",
        "Such a value would never end. Anchor the part that shall be repeated, not what is around it.");

    private static readonly DiagnosticDescriptor TooManyNodesDescriptor = new(
        "MP1014", Severity.Error, "the manifest holds too many values",
        "With all aliases written out, a manifest may hold up to 100,000 values, and up to 400,000 with its defaults at every endpoint and mapping. A few nested aliases can stand for billions; such a file is refused.");

    private static readonly DiagnosticDescriptor TooDeepDescriptor = new(
        "MP1015", Severity.Error, "the manifest is nested too deeply",
        "Up to 64 levels are read. No valid manifest needs more than ten.");

    private static readonly DiagnosticDescriptor KeyNotTextDescriptor = new(
        "MP1016", Severity.Error, "a key is not plain text",
        "Keys are names. Lists, mappings and aliases can't be keys here.");

    private static readonly DiagnosticDescriptor MergeNotMappingDescriptor = new(
        "MP1017", Severity.Error, "a merge key takes something other than a mapping",
        "`<<` takes an alias of a mapping, or a list of such aliases.");

    private static readonly DiagnosticDescriptor UnsupportedTagDescriptor = new(
        "MP1018", Severity.Error, "a YAML tag is not supported",
        "Only the tags of YAML's core schema are read (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq`, `!!map`), and only on values that fit them.");

    private static readonly DiagnosticDescriptor VariableMissingDescriptor = new(
        "MP1019", Severity.Error, "an environment variable that the manifest refers to is not set",
        "`${env:NAME}` is replaced by the value of the variable `NAME` of the process. Export it where migplan runs; an empty value counts as set.");

    private static readonly DiagnosticDescriptor MalformedReferenceDescriptor = new(
        "MP1020", Severity.Error, "a reference in a value can't be understood",
        "The only reference is `${env:NAME}`, where `NAME` consists of letters, digits and underscores. Write `$${` for a literal `${`.");

    private static readonly DiagnosticDescriptor ReferenceInPasswordDescriptor = new(
        "MP1021", Severity.Error, "a reference stands inside a password",
        """
        `${env:NAME}` is replaced while the manifest is read; a password must never become part of it. Write
        `password: { env: NAME }` instead: then it is read at the moment when it is used, and nowhere kept.
        """);

    public static Diagnostic FileUnreadable(string file, string reason) => new()
    {
        Descriptor = FileUnreadableDescriptor,
        Message = $"`{Quoting.Plain(file)}` can't be read: {reason}",
        Span = new SourceSpan(file, 1, 1, 1, 1),
    };

    public static Diagnostic FileTooLarge(string file, int limit) => new()
    {
        Descriptor = FileTooLargeDescriptor,
        Message = $"`{Quoting.Plain(file)}` has more than {limit} bytes",
        Span = new SourceSpan(file, 1, 1, 1, 1),
    };

    public static Diagnostic NotUtf8(SourceSpan span) => new()
    {
        Descriptor = NotUtf8Descriptor,
        Message = "these bytes are not UTF-8",
        Span = span,
        Help = "save the file as UTF-8",
    };

    public static Diagnostic ControlCharacter(SourceSpan span) => new()
    {
        Descriptor = ControlCharacterDescriptor,
        Message = "a control character stands here",
        Span = span,
        Help = "remove it",
    };

    public static Diagnostic Syntax(SourceSpan span, string reason) => new()
    {
        Descriptor = SyntaxDescriptor,
        Message = $"not valid YAML: {reason}",
        Span = span,
        Label = "reading ended here",
    };

    public static Diagnostic Unclosed(SourceSpan opening, SourceSpan noticed, bool hasReference) => new()
    {
        Descriptor = SyntaxDescriptor,
        Message =
            $"not valid YAML: the bracket or brace that opens here is not closed where it should be, at the latest in line {noticed.Line}, column {noticed.Column}",
        Span = opening with { EndLine = opening.Line, EndColumn = opening.Column + 1 },
        Label = "opened here",
        Help = hasReference ? "inside braces and brackets, put `${env:NAME}` in quotes" : null,
    };

    public static Diagnostic TabIndent(SourceSpan span) => new()
    {
        Descriptor = TabIndentDescriptor,
        Message = "this line is indented with a tab",
        Span = span,
        Help = "indent with spaces",
    };

    /// <param name="key">Null where it may be a part of a password.</param>
    public static Diagnostic UnknownProperty(SourceSpan span, string? key, string parent, string title, string? meant, IEnumerable<string> known) => new()
    {
        Descriptor = UnknownPropertyDescriptor,
        Message = $"unknown property {(key is null ? "" : $"`{Quoting.Plain(key)}` ")}{(parent.Length == 0 ? "at the top" : $"in {Quoting.Plain(parent)}")}",
        Span = span,
        Label = $"not a property of {title}",
        Help = meant is not null ? $"did you mean `{meant}`?"
            : key?.Contains(':', StringComparison.Ordinal) == true ? "a colon needs a blank after it"
            : $"known here: {string.Join(", ", known)}",
    };

    public static Diagnostic DuplicateKey(SourceSpan span, string key, SourceSpan first) => new()
    {
        Descriptor = DuplicateKeyDescriptor,
        Message = $"`{Quoting.Plain(key)}` is already set in line {first.Line}",
        Span = span,
        Label = "second time",
        Help = "remove one of the two",
    };

    public static Diagnostic SeveralDocuments(SourceSpan span) => new()
    {
        Descriptor = SeveralDocumentsDescriptor,
        Message = "a second YAML document starts here",
        Span = span,
        Help = "put each document into its own file",
    };

    public static Diagnostic RootNotMapping(SourceSpan span) => new()
    {
        Descriptor = RootNotMappingDescriptor,
        Message = "a manifest is a mapping that starts with `apiVersion:` and `kind:`",
        Span = span,
    };

    public static Diagnostic EmptyFile(SourceSpan span) => new()
    {
        Descriptor = EmptyFileDescriptor,
        Message = "the manifest is empty",
        Span = span,
        Help = "`migplan init` writes a starter manifest",
    };

    /// <param name="name">Null where it may be a password.</param>
    public static Diagnostic UnknownAlias(SourceSpan span, string? name, string? meant) => new()
    {
        Descriptor = UnknownAliasDescriptor,
        Message = name is null ? "no such anchor stands before this alias" : $"no anchor `&{Quoting.Plain(name)}` stands before this alias",
        Span = span,
        Help = meant is null ? "if it is meant as text, put it in quotes" : $"did you mean `*{Quoting.Plain(meant)}`?",
    };

    public static Diagnostic AliasCycle(SourceSpan span, string name) => new()
    {
        Descriptor = AliasCycleDescriptor,
        Message = $"`*{Quoting.Plain(name)}` stands inside `&{Quoting.Plain(name)}` itself",
        Span = span,
    };

    public static Diagnostic TooManyNodes(SourceSpan span, int limit) => new()
    {
        Descriptor = TooManyNodesDescriptor,
        Message = $"with this, the manifest holds more than {limit} values",
        Span = span,
        Label = "reading ended here",
    };

    public static Diagnostic DefaultsTooLarge(SourceSpan span, int limit) => new()
    {
        Descriptor = TooManyNodesDescriptor,
        Message = $"with its defaults at every endpoint and mapping, the manifest holds more than {limit} values",
        Span = span,
        Help = "split the manifest",
    };

    public static Diagnostic TooDeep(SourceSpan span, int limit) => new()
    {
        Descriptor = TooDeepDescriptor,
        Message = $"this is nested more than {limit} levels deep",
        Span = span,
        Label = "reading ended here",
    };

    public static Diagnostic KeyNotText(SourceSpan span) => new()
    {
        Descriptor = KeyNotTextDescriptor,
        Message = "a key must be plain text",
        Span = span,
    };

    public static Diagnostic MergeNotMapping(SourceSpan span) => new()
    {
        Descriptor = MergeNotMappingDescriptor,
        Message = "`<<` merges mappings only",
        Span = span,
        Help = "write `<<: *anchor` or `<<: [*first, *second]`",
    };

    /// <param name="tag">Null where it may be a password.</param>
    public static Diagnostic UnsupportedTag(SourceSpan span, string? tag) => new()
    {
        Descriptor = UnsupportedTagDescriptor,
        Message = $"the tag {(tag is null ? "" : $"`{Quoting.Plain(tag)}` ")}is not supported, or does not fit its value",
        Span = span,
        Help = "remove the tag; text that looks like something else goes in quotes",
    };

    public static Diagnostic VariableMissing(SourceSpan span, string variable) => new()
    {
        Descriptor = VariableMissingDescriptor,
        Message = $"the environment variable `{variable}` is not set",
        Span = span,
        Help = $"export {variable}=… and run the same command again",
    };

    public static Diagnostic MalformedReference(SourceSpan span) => new()
    {
        Descriptor = MalformedReferenceDescriptor,
        Message = "`${` does not start a reference to an environment variable here",
        Span = span,
        Help = "write `${env:NAME}`, or `$${` for a literal `${`",
    };

    public static Diagnostic ReferenceInPassword(SourceSpan span, string? variable) => new()
    {
        Descriptor = ReferenceInPasswordDescriptor,
        Message = "`${…}` can't be used inside a password",
        Span = span,
        Help = $"write `password: {{ env: {variable ?? "NAME"} }}`",
    };
}
