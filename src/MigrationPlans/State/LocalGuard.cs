namespace MigrationPlans.State;

/// <summary>A file that one process at a time can hold open: who changes a state's files looks and writes under it, so that nobody writes in between.</summary>
internal static class LocalGuard
{
    private static readonly FileStreamOptions Alone = new()
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        UnixCreateMode = DurableFile.OwnerOnly,
    };

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <param name="directory">The state's; made if it is not there.</param>
    /// <returns>To be disposed of when the file is written.</returns>
    /// <exception cref="IOException">Another process held it all the time.</exception>
    public static async Task<FileStream> OpenAsync(string directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        // For the owner alone: state names hosts and databases. A directory that is there already stays as its owner made it.
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var until = clock.GetUtcNow() + Wait;
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(directory, ".lock.guard"), Alone);
            }
            catch (IOException) when (clock.GetUtcNow() < until)
            {
                await Task.Delay(Poll, clock, cancellationToken);
            }
        }
    }
}
