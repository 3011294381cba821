namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: saved plans that can't be used.</summary>
public static class PlanFileDiagnostics
{
    private static readonly DiagnosticDescriptor UnreadableDescriptor = new(
        "MP4051", Severity.Error, "a plan file can't be read",
        "The file is missing, or this process may not read it.");

    private static readonly DiagnosticDescriptor NotAPlanDescriptor = new(
        "MP4052", Severity.Error, "a file is not a plan",
        "The file is not JSON, or not the JSON that `plan --out` writes. Make it anew; plans are not meant to be written by hand.");

    private static readonly DiagnosticDescriptor UnknownFormatDescriptor = new(
        "MP4053", Severity.Error, "a plan file has a format that this version does not know",
        "The plan was written by another version of migplan. Make it anew with the version that shall apply it.");

    private static readonly DiagnosticDescriptor DigestMismatchDescriptor = new(
        "MP4054", Severity.Error, "a plan file was changed after it was written",
        "The plan's content does not fit its digest, so it is not what was reviewed. Make it anew.");

    private static readonly DiagnosticDescriptor UnwritableDescriptor = new(
        "MP4056", Severity.Error, "a plan file can't be written",
        """
        The directory is missing or not writable, or the disk is full; or a file is there that is no plan, such as the manifest itself: only
        a plan is replaced. What was in the file before is still there.
        """);

    private static readonly DiagnosticDescriptor OutOfDateDescriptor = new(
        "MP4055", Severity.Error, "a saved plan is out of date",
        "The manifest or the endpoints have changed since the plan was made, so it no longer says what would happen. Make it anew and review what is different.");

    public static Diagnostic Unreadable(string file, string reason) => new()
    {
        Descriptor = UnreadableDescriptor,
        Message = $"plan file `{file}` can't be read: {reason}",
        Subject = file,
    };

    public static Diagnostic Unwritable(string file, string reason) => new()
    {
        Descriptor = UnwritableDescriptor,
        Message = $"plan file `{file}` can't be written: {reason}",
        Subject = file,
    };

    public static Diagnostic WouldReplace(string file) =>
        Unwritable(file, "it is there, and is no plan") with { Help = "choose another name, or remove the file" };

    public static Diagnostic NotAPlan(string file, string reason, int? line = null, int? column = null) => new()
    {
        Descriptor = NotAPlanDescriptor,
        Message = $"`{file}` is not a plan: {reason}",
        Help = "write it with `migplan plan MANIFEST --out FILE`",
        Subject = file,
        Span = line is { } at ? new SourceSpan(file, at, column ?? 1, at, (column ?? 1) + 1) : null,
    };

    public static Diagnostic UnknownFormat(string file, string version, string known) => new()
    {
        Descriptor = UnknownFormatDescriptor,
        Message = $"plan file `{file}` has format version {version}; this version of migplan knows {known}",
        Help = "make the plan anew with `migplan plan MANIFEST --out FILE`",
        Subject = file,
    };

    public static Diagnostic DigestMismatch(string file) => new()
    {
        Descriptor = DigestMismatchDescriptor,
        Message = $"plan file `{file}` was changed after it was written: its digest does not fit",
        Help = "make the plan anew with `migplan plan MANIFEST --out FILE`",
        Subject = file,
    };

    public static Diagnostic OutOfDate(string file, string difference) => new()
    {
        Descriptor = OutOfDateDescriptor,
        Message = $"plan file `{file}` is out of date: {difference}",
        Help = "make it anew with `migplan plan MANIFEST --out FILE` and review it",
        Subject = file,
    };
}
