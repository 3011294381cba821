namespace MigrationPlans.Diagnostics;

/// <summary>
/// What all findings of one code share. The code's leading digit is the stage: 1 manifest, 2 validation, 3 inspection,
/// 4 planning, 5 state, 6 execution, 7 verification, 9 command line.
/// </summary>
/// <param name="Code">Stable, never reused: <c>MP1007</c>.</param>
/// <param name="Severity">The severity that every finding of this code has.</param>
/// <param name="Summary">A fixed phrase without user data; the title of its page in docs/diagnostics.md.</param>
/// <param name="Explanation">What it means, why it matters and how to fix it, in Markdown; shown by <c>explain</c>.</param>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Summary, string Explanation);
