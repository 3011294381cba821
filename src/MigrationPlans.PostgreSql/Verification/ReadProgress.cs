using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Adds up what the readers of both sides have read. Each row is read twice, so half of that is what a user takes for the tables' size.</summary>
internal sealed class ReadProgress(Action<StepProgress> report)
{
    private const int Sides = 2;

    private long expected;
    private long read;

    /// <summary>One side is going to read so many bytes.</summary>
    public void Expect(long bytes) => Interlocked.Add(ref expected, bytes);

    public void Read(string table, long bytes) =>
        report(new StepProgress(table, 0, 0, 0, Interlocked.Add(ref read, bytes) / Sides, Interlocked.Read(ref expected) / Sides, 0, 0));
}
