namespace MigrationPlans.Diagnostics;

/// <summary>How much a finding weighs: an error stops the command, a warning and a note do not.</summary>
public enum Severity
{
    Note,
    Warning,
    Error,
}
