namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9, MP93xx: what is said of instances that were moved as a whole.</summary>
public static class VerifyCommandDiagnostics
{
    private static readonly DiagnosticDescriptor MovesUnknownDescriptor = new(
        "MP9300", Severity.Error, "which instances were moved is not known",
        """
        The manifest picks instances by pattern; which ones were moved, and from which snapshots, the state says. There is none here, or it is about
        another text of the manifest. Give the place that `apply` was given: `--state DIR`, or `--state s3://bucket/prefix`. Where the manifest was changed, `apply` takes it over: what is done stays done.
        """);

    private static readonly DiagnosticDescriptor InstanceChangedDescriptor = new(
        "MP9301", Severity.Warning, "a moved instance is not as its source any more",
        "The plan is finished, so `apply` does nothing. But the new instance, as it is now, differs from the snapshot that it was made from: somebody changed or stopped it since. `migplan verify` says the same.");

    public static Diagnostic MovesUnknown(string name, string place, string reason, string help) => new()
    {
        Descriptor = MovesUnknownDescriptor,
        Message = $"the instances that `{name}` moved can't be compared: {reason}",
        Subject = place,
        Help = help,
    };

    public static Diagnostic InstanceChanged(string instance, string comparedWith, string differences) => new()
    {
        Descriptor = InstanceChangedDescriptor,
        Message = $"{instance} differs from {comparedWith}: {differences}",
        Subject = instance,
    };
}
