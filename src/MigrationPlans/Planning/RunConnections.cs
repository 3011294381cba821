namespace MigrationPlans.Planning;

/// <summary>How many connections a database takes of each of its servers.</summary>
public static class RunConnections
{
    /// <summary>Beside the workers: the snapshot's holder, pg_dump, and one to look with.</summary>
    public const int Beside = 3;

    /// <summary>With one worker, or for a step that does not copy.</summary>
    public const int Least = Beside + 1;
}
