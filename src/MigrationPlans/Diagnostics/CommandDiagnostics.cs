namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9: what commands other than the pipeline's meet.</summary>
public static class CommandDiagnostics
{
    private static readonly DiagnosticDescriptor UnknownCodeDescriptor = new(
        "MP9001", Severity.Error, "no diagnostic has this code",
        "Codes look like `MP1007`. `docs/diagnostics.md` lists all of them.");

    public static Diagnostic UnknownCode(string code, string? meant) => new()
    {
        Descriptor = UnknownCodeDescriptor,
        Message = $"no diagnostic is called `{Quoting.Plain(code)}`",
        Help = meant is null ? null : $"did you mean `{meant}`?",
    };
}
