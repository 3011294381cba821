using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>
/// Picks the programs that write and read an archive: the oldest that can, because pg_restore sets parameters of its own version,
/// which an older target refuses.
/// </summary>
internal static class ArchiveTools
{
    /// <exception cref="StepFailedException">None here is as new as the source server.</exception>
    public static async Task<PostgresInstallation> FindForDumpAsync(int serverMajor, string subject, CancellationToken cancellationToken)
    {
        var found = await PostgresInstallations.FindDumpToolsAsync(cancellationToken);
        return Oldest(found, serverMajor)
            ?? throw new StepFailedException(SchemaDiagnostics.ToolMissing(subject, serverMajor, Versions(found)), FailureClass.Permanent);
    }

    /// <exception cref="StepFailedException">None here is as new as the program that wrote the archive.</exception>
    public static async Task<PostgresInstallation> FindForRestoreAsync(ArchiveDocument archive, string subject, CancellationToken cancellationToken)
    {
        var found = await PostgresInstallations.FindDumpToolsAsync(cancellationToken);
        return Oldest(found, archive.ToolMajor)
            ?? throw new StepFailedException(ArchiveDiagnostics.RestoreToolMissing(subject, archive.ToolVersion, Versions(found)), FailureClass.Permanent);
    }

    private static PostgresInstallation? Oldest(ImmutableArray<PostgresInstallation> found, int major) =>
        found.Where(installation => installation.MajorVersion >= major).MinBy(installation => installation.MajorVersion);

    private static string Versions(ImmutableArray<PostgresInstallation> found) => string.Join(", ", found.Select(installation => installation.Version));
}
