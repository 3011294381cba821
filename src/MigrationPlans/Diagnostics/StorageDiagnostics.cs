using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: whether what comes fits on an RDS instance.</summary>
public static class StorageDiagnostics
{
    private const double Gibibyte = 1 << 30;

    private static readonly DiagnosticDescriptor TooSmallDescriptor = new(
        "MP4061", Severity.Error, "an RDS instance is too small for what comes",
        """
        What the databases on the instance take up, and what all mappings to it bring, is more than its storage, autoscaling counted in.
        Counted are tables with TOAST, indexes and large objects as they are on the sources, bloat too. Enlarge the storage (it can't be
        made smaller again), spread the databases over more instances, or leave something out.
        """);

    private static readonly DiagnosticDescriptor TightDescriptor = new(
        "MP4062", Severity.Warning, "an RDS instance has little storage for what comes",
        """
        What is on the instance and what comes fits only with storage autoscaling, or leaves less than the write-ahead log may take while
        rows are loaded. Autoscaling grows the storage in steps, and after each at the earliest in six hours again, so a fast load can
        outrun it and fill the disk. Enlarge the storage before the run.
        """);

    /// <param name="use">How it adds up.</param>
    public static Diagnostic TooSmall(string instance, StorageUse use, SourceSpan? span) => new()
    {
        Descriptor = TooSmallDescriptor,
        Message = $"instance `{instance}` has {Size(use.Allocated)}{Limit(use)}, and needs {Size(use.Used + use.Coming)}",
        Detail = Sum(use),
        Help = Enlarge(instance, use),
        Subject = instance,
        Span = span,
    };

    /// <param name="use">How it adds up.</param>
    public static Diagnostic Tight(string instance, StorageUse use, SourceSpan? span) => new()
    {
        Descriptor = TightDescriptor,
        Message = use.Used + use.Coming > use.Allocated
            ? $"instance `{instance}` has {Size(use.Allocated)}, and what comes fits only when autoscaling grows it in time{Limit(use)}"
            : $"instance `{instance}` has {Size(use.Allocated)}, of which the run leaves less than the write-ahead log may take",
        Detail = Sum(use),
        Help = Enlarge(instance, use),
        Subject = instance,
        Span = span,
    };

    private static string Sum(StorageUse use) =>
        $"on it {Size(use.Used)}{(use.Hidden == 0 ? "" : $" (and {Counts.Of(use.Hidden, "database")} whose size this login may not see)")}"
        + $" + to come {Size(use.Coming)} ({use.Parts}) + write-ahead log up to {Size(use.Wal)}";

    private static string Limit(StorageUse use) => use.Limit is { } limit ? $" (autoscaling up to {Size(limit)})" : "";

    /// <summary>A tenth more than what is needed: below a tenth free, RDS warns and autoscaling sets in.</summary>
    private static string Enlarge(string instance, StorageUse use)
    {
        var wanted = Math.Ceiling((use.Used + use.Coming + use.Wal) * 1.1 / Gibibyte);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"aws rds modify-db-instance --db-instance-identifier {instance} --allocated-storage {wanted:0} --apply-immediately");
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibibyte:0.#} GiB");
}
