using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Holds what is to be dumped against the room on the disk.</summary>
/// <param name="freeBytes">Of the file system that a directory is on.</param>
internal sealed class ArchiveSpace(Func<string, long> freeBytes)
{
    public static ArchiveSpace OfThisMachine { get; } = new(directory => new DriveInfo(directory).AvailableFreeSpace);

    /// <param name="directory">Where the archive will be; need not exist.</param>
    /// <exception cref="StepFailedException">There is less room than the rows take on the source, or nobody can tell.</exception>
    public void Check(StepContext context, string directory, long neededBytes)
    {
        var subject = context.Mapping.From.ToString();
        try
        {
            var free = freeBytes(ArchiveRoom.Existing(directory));
            if (free < neededBytes)
            {
                throw new StepFailedException(
                    ArchiveDiagnostics.DiskTooSmall(subject, directory, Megabytes(neededBytes), Megabytes(free)),
                    FailureClass.Permanent);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StepFailedException(ArchiveDiagnostics.DirectoryUnusable(subject, directory, exception.Message), FailureClass.Permanent, exception);
        }
    }

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MB");
}
