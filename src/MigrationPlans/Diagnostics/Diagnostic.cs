namespace MigrationPlans.Diagnostics;

/// <summary>One finding: an expected failure or a remark, as a value. Made only by the factory methods of the catalogs.</summary>
public sealed record Diagnostic
{
    public required DiagnosticDescriptor Descriptor { get; init; }

    /// <summary>What is wrong, with the names involved, in one line. Never holds a secret.</summary>
    public required string Message { get; init; }

    /// <summary>Why it matters, where the message alone does not say it.</summary>
    public string? Detail { get; init; }

    /// <summary>The way out: what to write or run instead.</summary>
    public string? Help { get; init; }

    /// <summary>Where in a file, for findings about a file.</summary>
    public SourceSpan? Span { get; init; }

    /// <summary>A few words to print under the marked stretch.</summary>
    public string? Label { get; init; }

    /// <summary>What it is about when there is no file position: an endpoint, a database, a step address.</summary>
    public string? Subject { get; init; }

    public string Code => Descriptor.Code;

    public Severity Severity => Descriptor.Severity;

    public override string ToString() =>
        $"{(Span is null ? "" : $"{Span}: ")}{Severity.ToString().ToLowerInvariant()}[{Code}]: {Message}";
}
