namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9: what can't be compared, and what is said of instances that were moved as a whole (MP93xx).</summary>
public static class VerifyCommandDiagnostics
{
    private static readonly DiagnosticDescriptor MovesUnknownDescriptor = new(
        "MP9300", Severity.Error, "which instances were moved is not known",
        """
        The manifest picks instances by pattern; which ones were moved, and from which snapshots, the state says. There is none here, or it is about
        another text of the manifest. Give the place that `apply` was given: `--state DIR`, or `--state s3://bucket/prefix`. Where the manifest was changed, `apply` takes it over: what is done stays done.
        """);

    private static readonly DiagnosticDescriptor NotCarriedOutDescriptor = new(
        "MP9111", Severity.Error, "a mapping was not carried out yet",
        """
        The target database, or the new instance, does not exist, and by the state that is no wonder: its mapping or move was not carried
        out, or not to the end. `migplan apply MANIFEST` does it. Where the state is in another place, say so: `--state DIR`, or
        `--state s3://bucket/prefix`.
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

    /// <param name="hasState">False: there is none in that place.</param>
    public static Diagnostic NotCarriedOut(string mapping, string place, bool hasState) => new()
    {
        Descriptor = NotCarriedOutDescriptor,
        Message = hasState
            ? $"`{mapping}` can't be compared: it does not exist, and by the state in `{place}` it was not carried out yet"
            : $"`{mapping}` can't be compared: it does not exist, and there is no state in `{place}`, so nothing was carried out yet",
        Subject = mapping,
        Help = "carry it out with `migplan apply`; where the state is elsewhere, say so with `--state`",
    };

    public static Diagnostic InstanceChanged(string instance, string comparedWith, string differences) => new()
    {
        Descriptor = InstanceChangedDescriptor,
        Message = $"{instance} differs from {comparedWith}: {differences}",
        Subject = instance,
    };
}
