namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, first half: where a manifest departs from its JSON Schema. (Unknown properties are MP1007.)</summary>
public static class ManifestSchemaDiagnostics
{
    private static readonly DiagnosticDescriptor WrongTypeDescriptor = new(
        "MP2001", Severity.Error, "a value has the wrong type",
        """
        The property wants another kind of value: text, a number, `true`/`false`, a list or a mapping. Text that looks like a
        number or like `true` goes in quotes: `"2024"`. `yes`, `no`, `on` and `off` are text; write `true` or `false`.
        """);

    private static readonly DiagnosticDescriptor MissingPropertyDescriptor = new(
        "MP2002", Severity.Error, "a required property is missing",
        "Without this property the manifest does not say what to do. `docs/manifest.md` shows it in context.");

    private static readonly DiagnosticDescriptor NotAllowedDescriptor = new(
        "MP2003", Severity.Error, "a value is not one of those allowed",
        "The property takes one of a few words, written exactly so, in lower case.");

    private static readonly DiagnosticDescriptor WrongFormDescriptor = new(
        "MP2004", Severity.Error, "a text does not have the form that is wanted",
        "The property takes text of a certain form only; the finding names it.");

    private static readonly DiagnosticDescriptor OutOfRangeDescriptor = new(
        "MP2005", Severity.Error, "a number is out of range",
        "The property takes a number between two bounds; the finding names them.");

    private static readonly DiagnosticDescriptor NoAlternativeDescriptor = new(
        "MP2006", Severity.Error, "none of the alternatives is given",
        "Exactly one of several properties must stand here, and none does.");

    private static readonly DiagnosticDescriptor SeveralAlternativesDescriptor = new(
        "MP2007", Severity.Error, "alternatives stand side by side",
        "These properties exclude each other, because each says the whole of it. Keep one.");

    private static readonly DiagnosticDescriptor WrongLengthDescriptor = new(
        "MP2008", Severity.Error, "a text or list is empty, or too long",
        "Empty text says nothing and an empty list picks nothing, so neither is accepted where it would change what happens.");

    private static readonly DiagnosticDescriptor RepeatedItemDescriptor = new(
        "MP2009", Severity.Error, "a list holds an item twice",
        "The second one would change nothing, so it is probably a slip. Remove or correct it.");

    public static Diagnostic WrongType(SourceSpan span, string path, string found, string wanted, string? help) => new()
    {
        Descriptor = WrongTypeDescriptor,
        Message = $"{Place(path)} is {found}, but should be {wanted}",
        Span = span,
        Label = $"should be {wanted}",
        Help = help,
    };

    public static Diagnostic MissingProperty(SourceSpan span, string property, string path, string title) => new()
    {
        Descriptor = MissingPropertyDescriptor,
        Message = $"`{property}` is missing in {Place(path)}",
        Span = span,
        Label = $"{title} needs `{property}`",
        Help = $"add `{property}:`",
    };

    public static Diagnostic NotAllowed(SourceSpan span, string path, string? value, IReadOnlyList<string> allowed, string? meant) => new()
    {
        Descriptor = NotAllowedDescriptor,
        Message = value is null ? $"{Place(path)} can't have this value" : $"{Place(path)} can't be `{Quoting.Plain(value)}`",
        Span = span,
        Label = allowed.Count == 1 ? $"must be `{allowed[0]}`" : $"one of {string.Join(", ", allowed)}",
        Help = meant is null ? null : $"did you mean `{meant}`?",
    };

    public static Diagnostic WrongForm(SourceSpan span, string path, string wanted) => new()
    {
        Descriptor = WrongFormDescriptor,
        Message = $"{Place(path)} does not have the right form",
        Span = span,
        Label = wanted,
    };

    public static Diagnostic OutOfRange(SourceSpan span, string path, string range) => new()
    {
        Descriptor = OutOfRangeDescriptor,
        Message = $"{Place(path)} is out of range",
        Span = span,
        Label = range,
    };

    public static Diagnostic NoAlternative(SourceSpan span, string path, string title, IReadOnlyList<string> alternatives) => new()
    {
        Descriptor = NoAlternativeDescriptor,
        Message = $"{Place(path)} has none of {List(alternatives, "and")}",
        Span = span,
        Label = $"{title} needs exactly one of them",
        Help = $"add {List(alternatives, "or")}",
    };

    public static Diagnostic SeveralAlternatives(SourceSpan span, string path, IReadOnlyList<string> given) => new()
    {
        Descriptor = SeveralAlternativesDescriptor,
        Message = $"{List(given, "and")} exclude each other in {Place(path)}",
        Span = span,
        Label = $"stands beside `{given[0]}`",
        Help = "keep one of them",
    };

    public static Diagnostic WrongLength(SourceSpan span, string path, string wanted, string? help = null) => new()
    {
        Descriptor = WrongLengthDescriptor,
        Message = $"{Place(path)} {wanted}",
        Span = span,
        Help = help,
    };

    public static Diagnostic RepeatedItem(SourceSpan span, string path) => new()
    {
        Descriptor = RepeatedItemDescriptor,
        Message = $"{Place(path)} holds this item twice",
        Span = span,
        Label = "second time",
    };

    private static string Place(string path) => path.Length == 0 ? "the manifest" : Quoting.Plain(path);

    private static string List(IReadOnlyList<string> names, string conjunction) => names.Count == 1
        ? $"`{names[0]}`"
        : $"{string.Join(", ", names.SkipLast(1).Select(name => $"`{name}`"))} {conjunction} `{names[^1]}`";
}
