namespace MigrationPlans.Diagnostics;

/// <summary>Stage 5: the record of a run, and the lock on it.</summary>
public static class StateDiagnostics
{
    private static readonly DiagnosticDescriptor LockedDescriptor = new(
        "MP5001", Severity.Error, "another run holds the lock",
        """
        Two runs of one plan at once would get into each other's way, so each takes a lock on the state. The lock is renewed
        while its holder lives, and is taken over by itself when the holder is gone: on the same machine at once, else when
        the lease has run out. `migplan state unlock MANIFEST` removes the lock of a holder that is gone.
        """);

    private static readonly DiagnosticDescriptor JournalDamagedDescriptor = new(
        "MP5002", Severity.Error, "the journal is damaged",
        """
        Each line of `journal.ndjson` carries its number, a check sum and the hash of the line before. A line that was cut off by
        a crash is dropped by itself; anything else means that the file was changed or lost a part, and nothing may be built on it.
        Put the state directory back from a copy. Without one, remove it: then the next `apply` starts anew, and asks before it
        touches a target database that already holds something.
        """);

    private static readonly DiagnosticDescriptor SnapshotDamagedDescriptor = new(
        "MP5003", Severity.Error, "the state file does not fit the journal",
        """
        `state.json` is what the journal adds up to. When the two disagree, one of them was changed by hand or put back from an
        older copy. Put both back from the same copy. When only `state.json` was changed, delete it: it is made anew from
        the journal.
        """);

    private static readonly DiagnosticDescriptor UnknownFormatDescriptor = new(
        "MP5004", Severity.Error, "the state has a format that this version does not know",
        "The state was written by a newer version of migplan. Go on with that version.");

    private static readonly DiagnosticDescriptor CannotWriteDescriptor = new(
        "MP5005", Severity.Error, "the state can't be written",
        """
        Nothing is done that can't be recorded first, so the run stops. Make room on the disk, or make the directory writable for the
        user that runs migplan, and run the same command again: it goes on where it stopped.
        """);

    private static readonly DiagnosticDescriptor CannotReadDescriptor = new(
        "MP5006", Severity.Error, "the state can't be read",
        "The state directory, or a file in it, can't be read by the user that runs migplan.");

    private static readonly DiagnosticDescriptor UnknownBackendDescriptor = new(
        "MP5007", Severity.Error, "state can't be kept there",
        "State is kept in a directory (`--state DIR`) or in S3 (`--state s3://bucket/prefix`).");

    private static readonly DiagnosticDescriptor LockLostDescriptor = new(
        "MP5008", Severity.Error, "the lock was lost while the run was going on",
        """
        The lock's lease could not be renewed in time (the machine slept, or the disk or S3 did not answer), and it ran out or another run took
        the lock over. The run stops, because it can no longer know that it is alone. The same command resumes.
        """);

    private static readonly DiagnosticDescriptor OtherPlanUnfinishedDescriptor = new(
        "MP5009", Severity.Error, "another plan of this name is unfinished",
        """
        A plan file was given to `apply` while another plan of the same manifest is being carried out; what is there by now is that one's. `apply` of the manifest goes on
        with it. To carry out the plan file instead, take back what was done with `migplan rollback MANIFEST` first.
        """);

    private static readonly DiagnosticDescriptor StoredPlanUnfitDescriptor = new(
        "MP5010", Severity.Error, "the stored plan does not fit the state",
        """
        The state directory's `plan.json` holds the plan that is being carried out; `plan.before.json` holds it where a run ended while it put another one in its
        place. Neither does: both are missing, damaged, or other plans. Put the directory back from a copy. Without one, and where the run is unfinished, `migplan rollback MANIFEST` takes back what
        it did, for which it needs no plan; then apply again. Where it is finished, a rollback would drop what may be in use by now: leave that alone, move the state directory away, and apply a manifest of what is still to be done.
        """);

    private static readonly DiagnosticDescriptor LockUnreadableDescriptor = new(
        "MP5011", Severity.Error, "the lock file can't be understood",
        "`lock.json` is not what migplan writes. When you are sure that no run is going on, remove it with `migplan state unlock MANIFEST --force`.");

    private static readonly DiagnosticDescriptor HolderAliveDescriptor = new(
        "MP5012", Severity.Error, "the lock's holder is alive",
        "A lock is there to keep a second run out while the first one works. Stop the first one; its lock goes with it.");

    private static readonly DiagnosticDescriptor NoStateDescriptor = new(
        "MP5013", Severity.Note, "there is no state",
        "No `apply` of this manifest has begun here, or its state is in another place (`--state DIR`, `--state s3://bucket/prefix`).");

    private static readonly DiagnosticDescriptor OtherNameDescriptor = new(
        "MP5014", Severity.Error, "the state belongs to a manifest of another name",
        "A state directory holds the state of one manifest. Give each manifest its own `--state DIR`, or leave the option out: then the state is in `.migplan/NAME` beside the manifest.");

    private static readonly DiagnosticDescriptor RollbackUnfinishedDescriptor = new(
        "MP5015", Severity.Error, "a rollback has not ended",
        """
        `migplan rollback` was begun and then stopped, or something could not be taken back. A part of what the plan had made is gone by now, so the plan can't be gone on with, and a new one
        would meet the rest. Run `migplan rollback MANIFEST` again, with its `--target` if it had one: it goes on where it was, and says what keeps it from ending. Where a server is gone for good, take the state away
        (the directory `.migplan/NAME`, or where `--state` says): what is left on other servers is then yours to remove.
        """);

    private static readonly DiagnosticDescriptor WriteLostDescriptor = new(
        "MP5021", Severity.Error, "the state is not as the run left it",
        """
        Every write of state is made on the condition that nobody else has written since this run looked: in S3 that the object is as it was, in a directory
        that the journal is as long. This one was not: another run took the state over, because this one had lost its lock without noticing (its machine
        slept, for example). So it is where somebody cuts, replaces or removes the files. The run stops before it does what it can't record (a rollback drops ten roles between two records). The same command resumes.
        """);

    private static readonly DiagnosticDescriptor BegunChangedDescriptor = new(
        "MP5024", Severity.Error, "a mapping was changed while its run is unfinished",
        """
        A run has begun to fill the mapping's target database (or to move the instance), and has not ended. Since then the manifest was changed so that something else is asked for, and going on with a mixture
        of both would be a guess; nor may what was begun be forgotten. Put this mapping back as it was (values that `defaults` gave it then, write into it), or take back what was made for it with
        `migplan rollback MANIFEST --target ADDRESS`, which leaves the others alone; then apply. Other mappings may be changed, added or left out meanwhile, and so may what says only how this one is
        carried out: logins, `parallelism`, `verify`, `onExisting` and, until the dump is done, `archive`.
        """);

    private static readonly DiagnosticDescriptor FenceLeftDescriptor = new(
        "MP5025", Severity.Warning, "a source is still fenced for a mapping that needs it no more",
        """
        An unfinished run had fenced the source database, and in the manifest as it is now no mapping stands behind that fence. Writers are still kept out. `migplan rollback MANIFEST --target ADDRESS`
        lets them in again.
        """);

    public static Diagnostic OtherName(string directory, string found, string wanted) => new()
    {
        Descriptor = OtherNameDescriptor,
        Message = $"the state in `{directory}` belongs to `{found}`, not to `{wanted}`",
        Subject = directory,
        Help = "give another directory: `--state DIR`",
    };

    public static Diagnostic Locked(string holder, string file) => new()
    {
        Descriptor = LockedDescriptor,
        Message = $"another run is going on: {holder}",
        Subject = file,
        Help = "wait until it is done; the lock of a run that died is taken over by itself",
    };

    public static Diagnostic JournalDamaged(string file, long line, string what) => new()
    {
        Descriptor = JournalDamagedDescriptor,
        Message = $"`{file}` is damaged at line {line}: {what}",
        Subject = file,
        Help = "put the state directory back from a copy, or remove it to start anew",
    };

    public static Diagnostic SnapshotDamaged(string file, string what) => new()
    {
        Descriptor = SnapshotDamagedDescriptor,
        Message = $"`{file}` does not fit the journal: {what}",
        Subject = file,
        Help = "put the state directory back from a copy; if only this file was changed, delete it and it is made anew from the journal",
    };

    public static Diagnostic UnknownFormat(string file, string version) => new()
    {
        Descriptor = UnknownFormatDescriptor,
        Message = $"`{file}` has a format that this version does not know: {version}",
        Subject = file,
        Help = "use the version of migplan that wrote it, or a newer one",
    };

    public static Diagnostic CannotWrite(string file, string reason) => new()
    {
        Descriptor = CannotWriteDescriptor,
        Message = $"`{file}` can't be written: {reason}",
        Subject = file,
        Help = "make room or make it writable, then run the same command again",
    };

    public static Diagnostic CannotRead(string file, string reason) => new()
    {
        Descriptor = CannotReadDescriptor,
        Message = $"`{file}` can't be read: {reason}",
        Subject = file,
    };

    public static Diagnostic UnknownBackend(string location, string reason) => new()
    {
        Descriptor = UnknownBackendDescriptor,
        Message = $"state can't be kept in `{Quoting.Plain(location)}`: {reason}",
        Subject = Quoting.Plain(location),
        Help = "give a directory, or `s3://bucket/prefix`",
    };

    public static Diagnostic LockLost(string file, string reason) => new()
    {
        Descriptor = LockLostDescriptor,
        Message = $"the lock `{file}` was lost: {reason}",
        Subject = file,
        Help = "run the same command again; it goes on where it stopped",
    };

    public static Diagnostic OtherPlanUnfinished(string name) => new()
    {
        Descriptor = OtherPlanUnfinishedDescriptor,
        Message = $"another plan of `{name}` than this one is being carried out",
        Subject = name,
        Help = "finish it with `migplan apply MANIFEST`, or take it back with `migplan rollback MANIFEST`; then apply this one",
    };

    /// <param name="address">Of the mapping or instance.</param>
    /// <param name="isThere">The manifest has a mapping to it still.</param>
    public static Diagnostic BegunChanged(string address, bool isThere) => new()
    {
        Descriptor = BegunChangedDescriptor,
        Message = $"`{address}` was begun, and {(isThere ? "its mapping asks for something else now" : "is not in the manifest any more")}",
        Subject = address,
        Help = $"put the mapping back as it was (if `defaults` changed, write the old values into it), or take back what was made for it alone with `migplan rollback MANIFEST --target {address}`; then apply",
    };

    /// <param name="source">The fenced database.</param>
    /// <param name="address">Of the mapping that it was fenced for.</param>
    public static Diagnostic FenceLeft(string source, string address) => new()
    {
        Descriptor = FenceLeftDescriptor,
        Message = $"`{source}` is still fenced for `{address}`, and no mapping stands behind that fence any more",
        Subject = source,
        Help = $"let writers in again with `migplan rollback MANIFEST --target {address}`",
    };

    /// <param name="part">The addresses that alone are taken back; null for all.</param>
    public static Diagnostic RollbackUnfinished(string name, IReadOnlyCollection<string>? part) => new()
    {
        Descriptor = RollbackUnfinishedDescriptor,
        Message = $"the rollback of {string.Join(", ", (part ?? [name]).Select(one => $"`{one}`"))} has not ended",
        Subject = name,
        Help = $"end it with `migplan rollback MANIFEST{string.Concat((part ?? []).Select(address => $" --target {address}"))}`; then apply",
    };

    public static Diagnostic WriteLost(string file) => new()
    {
        Descriptor = WriteLostDescriptor,
        Message = $"`{file}` is not as this run left it: another run wrote to it, or somebody changed or removed it",
        Subject = file,
        Help = "see with `migplan status` who is at work; the same command goes on from there",
    };

    /// <param name="isFinished">What the plan did stays.</param>
    public static Diagnostic StoredPlanUnfit(string file, string reason, bool isFinished) => new()
    {
        Descriptor = StoredPlanUnfitDescriptor,
        Message = $"`{file}` does not fit the state: {reason}",
        Subject = file,
        Help = isFinished
            ? "put the state directory back from a copy; without one, move it away: what the plan brought is finished and stays. Apply a manifest of only what is still to be done (its targets are not empty any more)"
            : "put the state directory back from a copy; without one, take the unfinished run back with `migplan rollback` and apply again",
    };

    public static Diagnostic LockUnreadable(string file) => new()
    {
        Descriptor = LockUnreadableDescriptor,
        Message = $"`{file}` is not a lock file of migplan",
        Subject = file,
        Help = "when no run is going on, remove it with `migplan state unlock MANIFEST --force`",
    };

    public static Diagnostic HolderAlive(string holder, string file) => new()
    {
        Descriptor = HolderAliveDescriptor,
        Message = $"the lock's holder is alive: {holder}",
        Subject = file,
        Help = "stop that run with Ctrl-C; it ends at a safe point and gives the lock back",
    };

    public static Diagnostic NoState(string directory) => new()
    {
        Descriptor = NoStateDescriptor,
        Message = $"nothing was applied yet: there is no state in `{directory}`",
        Subject = directory,
        Help = "begin with `migplan apply MANIFEST`, or say where the state is with `--state DIR`",
    };
}
