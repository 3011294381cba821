namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6, MP65xx: what <c>strategy: archive</c> meets.</summary>
public static class ArchiveDiagnostics
{
    private static readonly DiagnosticDescriptor DiskTooSmallDescriptor = new(
        "MP6501", Severity.Error, "the disk has no room for the archive",
        """
        The rows to dump are held against the free space of the archive's directory. Rows are counted as they lie in the
        source's tables, TOAST included and indexes not; most archives are smaller, because they are compressed, but nobody
        knows beforehand by how much. Make room, or name a `directory` on a larger disk in the mapping's `archive`; `strategy: stream`
        needs no disk at all.
        """);

    private static readonly DiagnosticDescriptor DiskFullDescriptor = new(
        "MP6502", Severity.Error, "the disk ran full while the archive was written",
        "What was written of the archive is removed again. Make room, or name a `directory` on a larger disk, and run the same command again: it dumps anew.");

    private static readonly DiagnosticDescriptor DumpFailedDescriptor = new(
        "MP6503", Severity.Error, "pg_dump failed",
        "The program that writes the archive ended with an error; what it said is in the message. What it wrote is thrown away. `could not obtain lock` means that someone changed a table at that moment, or that the server had no room for another lock: the step is tried again by itself. `Cannot enlarge string buffer` and `invalid memory alloc request size` mean that a row is longer than 1 GB as text, which no pg_dump gets; `strategy: stream` does (a size of many digits means a row that is damaged). `out of shared memory` means too little room for locks: raise max_locks_per_transaction.");

    private static readonly DiagnosticDescriptor ArchiveMissingDescriptor = new(
        "MP6504", Severity.Error, "the archive is gone",
        "The archive was finished and is not where it was written, or not whole. Something removed it before it was restored. Put it back, or take the plan back by `rollback` and apply it again.");

    private static readonly DiagnosticDescriptor ArchiveChangedDescriptor = new(
        "MP6505", Severity.Error, "the archive was changed since it was written",
        """
        The SHA-256 of every file is recorded in `archive.json` when the archive is finished. One of them differs now, is
        missing, or was added: the disk is failing, or somebody wrote there. Such an archive is never restored. Put the right files
        back, or take the plan back by `rollback` and apply it again.
        """);

    private static readonly DiagnosticDescriptor CompressionUnknownDescriptor = new(
        "MP6506", Severity.Error, "this pg_dump can't compress that way",
        "lz4 and zstd came with PostgreSQL 16, and only where it was built with them. Install newer client programs, or choose `gzip`.");

    private static readonly DiagnosticDescriptor RestoreFailedDescriptor = new(
        "MP6507", Severity.Error, "pg_restore failed",
        "The program that brings the archive's rows to the target ended with an error; what it said is in the message. The archive is as it was. When the cause is removed, the same command begins again with the rows. `unrecognized configuration parameter` means that the client programs are newer than the target: install those of its version.");

    private static readonly DiagnosticDescriptor RestoreToolMissingDescriptor = new(
        "MP6508", Severity.Error, "no pg_restore here can read the archive",
        "An archive is read by the `pg_restore` of the version that wrote it, or a newer one. The programs that wrote it are gone from this machine. Install them again.");

    private static readonly DiagnosticDescriptor SessionsRemainDescriptor = new(
        "MP6509", Severity.Error, "sessions of a killed restore are still at work on the target",
        "A restore that was killed left sessions on the target, which were told to end and have not yet. Until they do, they could bring rows a second time. The step is tried again by itself.");

    private static readonly DiagnosticDescriptor DirectoryUnusableDescriptor = new(
        "MP6510", Severity.Error, "the archive's directory can't be used",
        "The directory can't be made, read or written by this account, what lies in it is not this run's, or its path is too long for pg_dump, which takes 1,023 bytes with the names of files. Give the account the right to it, or name another `directory`.");

    private static readonly DiagnosticDescriptor OtherArchiveDescriptor = new(
        "MP6511", Severity.Error, "the target holds the rows of another archive",
        "All rows of another archive had arrived on the target, and indexes and constraints were being restored on them. The state that knew of it is gone, so a new archive was written; its rows can't take the place of the others under their constraints. Drop the target database, which this plan had created or found empty, and run the same command again.");

    public static Diagnostic DiskTooSmall(string subject, string directory, string needed, string free) =>
        Make(
            DiskTooSmallDescriptor,
            subject,
            $"{subject} holds {needed} of rows to dump, and {directory} has {free} free",
            "name a directory on a larger disk in `archive.directory`, make room, or use `strategy: stream`");

    public static Diagnostic DiskFull(string subject, string directory, string said) =>
        Make(
            DiskFullDescriptor,
            subject,
            $"the disk ran full while {subject} was dumped into {directory}: {said}",
            "make room or name another `archive.directory`, and run the same command again");

    /// <summary>Where a row is longer as text than a server can make one.</summary>
    public static string RowTooLongHelp =>
        "use `strategy: stream`, which carries such rows in their binary form; or leave the table's rows behind under `exclude: { tableData: … }`";

    /// <param name="help">A way out, or the server's hint.</param>
    public static Diagnostic DumpFailed(string subject, int exitCode, string said, string? help) =>
        Make(DumpFailedDescriptor, subject, $"pg_dump of {subject} ended with {exitCode}: {said}", help);

    public static Diagnostic ArchiveMissing(string subject, string directory) =>
        Make(
            ArchiveMissingDescriptor,
            subject,
            $"the archive of {subject} is not in {directory} any more",
            "put it back, or take the database back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again");

    public static Diagnostic ArchiveChanged(string subject, string directory, string what) =>
        Make(
            ArchiveChangedDescriptor,
            subject,
            $"the archive of {subject} in {directory} was changed: {what}",
            "put the right files back, or take the database back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again");

    public static Diagnostic CompressionUnknown(string subject, string compression, string version) =>
        Make(
            CompressionUnknownDescriptor,
            subject,
            $"pg_dump {version}, which dumps {subject}, does not know {compression}",
            "install PostgreSQL 16 client programs or newer, or write `compression: gzip`");

    /// <param name="help">A way out, or the server's hint.</param>
    public static Diagnostic RestoreFailed(string subject, int exitCode, string said, string? help) =>
        Make(RestoreFailedDescriptor, subject, $"pg_restore to {subject} ended with {exitCode}: {said}", help);

    public static Diagnostic RestoreToolMissing(string subject, string wroteIt, string found) =>
        Make(
            RestoreToolMissingDescriptor,
            subject,
            $"the archive of {subject} was written by pg_dump {wroteIt}, and {(found.Length == 0 ? "no pg_restore was found" : $"only {found} was found")}",
            $"install the PostgreSQL {wroteIt.Split('.')[0]} client programs");

    public static Diagnostic SessionsRemain(string subject, int count) =>
        Make(
            SessionsRemainDescriptor,
            subject,
            $"{Counts.Of(count, "session")} of a killed restore {Counts.Word(count, "is", "are")} still open on {subject}",
            "end them (pg_terminate_backend), or wait");

    public static Diagnostic OtherArchive(string subject) =>
        Make(
            OtherArchiveDescriptor,
            subject,
            $"{subject} holds the rows of an archive that this state knows nothing of",
            "drop the database, and run the same command again");

    public static Diagnostic DirectoryUnusable(string subject, string directory, string why) =>
        Make(
            DirectoryUnusableDescriptor,
            subject,
            $"the archive of {subject} can't be kept in {directory}: {why}",
            "name another directory in `archive.directory`");

    private static Diagnostic Make(DiagnosticDescriptor descriptor, string subject, string message, string? help) =>
        new() { Descriptor = descriptor, Message = message, Subject = subject, Help = help };
}
