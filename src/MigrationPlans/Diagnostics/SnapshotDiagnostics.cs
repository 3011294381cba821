namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what moves by snapshot meet while they run.</summary>
public static class SnapshotDiagnostics
{
    private static readonly DiagnosticDescriptor NotOursDescriptor = new(
        "MP6400", Severity.Error, "a resource of that name is there and is not this plan's",
        """
        Every snapshot and instance that migplan makes bears the tag `migplan:plan` with the plan's name. One of the name that is
        wanted is there without it, so it is left alone. Rename or remove it, or choose another `to.identifier`.
        """);

    private static readonly DiagnosticDescriptor EndedBadlyDescriptor = new(
        "MP6401", Severity.Error, "an RDS operation ended badly",
        "The snapshot or the instance is in a state that it will not leave by itself. The RDS events of the account say why. Take back what was begun with `migplan rollback`, mend the cause, and apply again.");

    private static readonly DiagnosticDescriptor GoneDescriptor = new(
        "MP6402", Severity.Error, "a resource disappeared while it was waited for",
        "Somebody else deleted the snapshot or the instance. Run the same command again to make it anew.");

    private static readonly DiagnosticDescriptor TooLongDescriptor = new(
        "MP6403", Severity.Error, "an RDS operation took too long",
        "The operation goes on at AWS. Run the same command again: it finds what it began and waits on. Where AWS could not be asked at the end, the detail says why; see to that first.");

    private static readonly DiagnosticDescriptor InstanceDiffersDescriptor = new(
        "MP6404", Severity.Error, "a restored instance is not what was wanted",
        "Engine, version, storage, encryption or parameter group differ from the source instance or from the manifest, or its server does not listen.");

    private static readonly DiagnosticDescriptor NotReachedDescriptor = new(
        "MP6405", Severity.Note, "a restored instance can't be reached from here",
        "The instance is available, but its port does not answer from where migplan runs. Where that network is not meant to reach it, all is well; else look at the subnet group and the security groups.");

    public static Diagnostic NotOurs(string what, string identifier, string region, string plan) => new()
    {
        Descriptor = NotOursDescriptor,
        Message = $"{what} `{identifier}` is there in {region} without the tag migplan:plan={plan}",
        Help = "rename or remove it, or choose another `to.identifier`",
        Subject = identifier,
    };

    public static Diagnostic EndedBadly(string what, string identifier, string region, string status) => new()
    {
        Descriptor = EndedBadlyDescriptor,
        Message = $"{what} `{identifier}` in {region} is `{status}`",
        Help = "see the RDS events there; `migplan rollback` takes it back",
        Subject = identifier,
    };

    public static Diagnostic Gone(string what, string identifier, string region) => new()
    {
        Descriptor = GoneDescriptor,
        Message = $"{what} `{identifier}` in {region} disappeared",
        Help = "run the same command again",
        Subject = identifier,
    };

    /// <param name="lastFailure">Why the last look had no answer; null where it had one.</param>
    public static Diagnostic TooLong(string what, string identifier, string region, string status, TimeSpan waited, Diagnostic? lastFailure) => new()
    {
        Descriptor = TooLongDescriptor,
        Message = $"{what} `{identifier}` in {region} is still `{status}` after {waited.TotalHours:0.#} hours",
        Detail = lastFailure is null ? null : $"the last look failed: {lastFailure.Code} {lastFailure.Message}",
        Help = "run the same command again: it waits on",
        Subject = identifier,
    };

    public static Diagnostic InstanceDiffers(string identifier, string region, string differences) => new()
    {
        Descriptor = InstanceDiffersDescriptor,
        Message = $"instance `{identifier}` in {region}: {differences}",
        Subject = identifier,
    };

    public static Diagnostic NotReached(string identifier, string host, int port) => new()
    {
        Descriptor = NotReachedDescriptor,
        Message = $"instance `{identifier}` does not answer at {host}:{port} from here",
        Subject = identifier,
    };
}
