namespace MigrationPlans.Inspection;

/// <summary>A password or token in memory. Prints as <c>***</c>, so that no log or exception text can hold it by accident.</summary>
public sealed class Secret(string value)
{
    /// <summary>The plain text; call only where it is handed to the server or the driver.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";
}
