namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9, MP91xx: what the commands that carry plans out refuse.</summary>
public static class CommandLineDiagnostics
{
    private static readonly DiagnosticDescriptor ApprovalNeededDescriptor = new(
        "MP9101", Severity.Error, "nobody is there to approve the plan",
        "The command changes servers, so it asks first. Standard input is not a terminal, so nobody can answer. Pipelines that have the plan reviewed elsewhere say `--auto-approve`, or apply a saved plan file.");

    private static readonly DiagnosticDescriptor NotApprovedDescriptor = new(
        "MP9102", Severity.Error, "the plan was not approved",
        "Only the word `yes` is taken as approval. Nothing was touched.");

    private static readonly DiagnosticDescriptor UnknownTargetDescriptor = new(
        "MP9103", Severity.Error, "`--target` names nothing that the plan carries out",
        "`--target` takes the address that a mapping goes to, `endpoint/database`, or that of an instance that is moved, `region/new-identifier`, as the plan shows them.");

    private static readonly DiagnosticDescriptor ManifestNotFoundDescriptor = new(
        "MP9104", Severity.Error, "the manifest of a plan file is not found",
        """
        A plan file holds the digest of the manifest that it was made from, and no secret or path. `apply` looks for a manifest with that digest among the
        YAML files in the plan file's directory. Where it is elsewhere, or was made with overlays, say `--manifest FILE` and `--overlay FILE`.
        """);

    private static readonly DiagnosticDescriptor InternalErrorDescriptor = new(
        "MP9105", Severity.Error, "an error that was not foreseen",
        "The command failed in a way that migplan has no better words for; the message holds the exception's type and text. Please report it.");

    private static readonly DiagnosticDescriptor StillHeldDescriptor = new(
        "MP9106", Severity.Error, "something could not be taken back",
        """
        `rollback` removes only what is surely this plan's and what nothing else depends on. The rest stays in the state, so the same command can be run again after the cause is gone. Where an
        endpoint has left the manifest, put it back for the rollback; its mappings may stay out.
        """);

    private static readonly DiagnosticDescriptor OutputLostDescriptor = new(
        "MP9107", Severity.Error, "standard output can't be written",
        "The disk that it goes to is full, or what it goes to is gone. What was written so far is not whole. A run that had begun is recorded in its state, as always.");

    private static readonly DiagnosticDescriptor NoWorkingDirectoryDescriptor = new(
        "MP9108", Severity.Error, "the working directory is gone",
        "The directory that the command was started in has been removed, or this process may not look at it, so relative paths lead nowhere. Change to one that is there.");

    private static readonly DiagnosticDescriptor UnknownOptionDescriptor = new(
        "MP9109", Severity.Error, "there is no such option",
        "What begins with `-` is an option, and the command has none of that name. A file whose name begins so is given as `./-name`, or after `--`.");

    private static readonly DiagnosticDescriptor PlanIsNoManifestDescriptor = new(
        "MP9110", Severity.Error, "a plan file stands where a manifest belongs",
        "The file is a plan that `plan --out` wrote. `apply` takes it; the other verbs take the manifest that it was made from.");

    public static Diagnostic ApprovalNeeded() => new()
    {
        Descriptor = ApprovalNeededDescriptor,
        Message = "standard input is not a terminal, so nobody can approve this",
        Help = "say `--auto-approve`",
    };

    public static Diagnostic NotApproved() => new() { Descriptor = NotApprovedDescriptor, Message = "not approved; nothing was touched" };

    public static Diagnostic UnknownTarget(string target, IEnumerable<string> known) => new()
    {
        Descriptor = UnknownTargetDescriptor,
        Message = $"nothing goes to `{target}`",
        Subject = target,
        Help = $"there are: {string.Join(", ", known)}",
    };

    public static Diagnostic ManifestNotFound(string planFile, string directory) => new()
    {
        Descriptor = ManifestNotFoundDescriptor,
        Message = $"no manifest in `{directory}` is the one that `{planFile}` was made from",
        Subject = planFile,
        Help = "say which one with `--manifest FILE`; if that one has changed, make the plan anew",
    };

    public static Diagnostic InternalError(Exception exception) => new()
    {
        Descriptor = InternalErrorDescriptor,
        Message = $"internal error {exception.GetType().Name}: {exception.Message.Split('\n', 2)[0].Trim()}",
        Help = "please report it",
    };

    public static Diagnostic OutputLost(string reason) => new()
    {
        Descriptor = OutputLostDescriptor,
        Message = $"standard output can't be written: {reason}",
    };

    public static Diagnostic NoWorkingDirectory() => new()
    {
        Descriptor = NoWorkingDirectoryDescriptor,
        Message = "the working directory is gone",
        Help = "change to a directory that is there, and run the same command again",
    };

    /// <param name="meant">The option that is nearly called so.</param>
    public static Diagnostic UnknownOption(string name, string? meant) => new()
    {
        Descriptor = UnknownOptionDescriptor,
        Message = $"there is no option `{Quoting.Plain(name)}`",
        Help = meant is null ? "`--help` lists the options" : $"did you mean `{meant}`?",
    };

    public static Diagnostic PlanIsNoManifest(string file) => new()
    {
        Descriptor = PlanIsNoManifestDescriptor,
        Message = $"`{Quoting.Plain(file)}` is a plan file, not a manifest",
        Span = new SourceSpan(file, 1, 1, 1, 2),
        Help = "give the manifest; `migplan apply FILE` carries a plan file out, and `migplan plan MANIFEST --check FILE` says whether it is still right",
    };

    public static Diagnostic StillHeld(string resource, string reason) => new()
    {
        Descriptor = StillHeldDescriptor,
        Message = $"{resource} stays: {reason}",
        Subject = resource,
    };
}
