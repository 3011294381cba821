using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// A table that was attached to its parent later gets another order of columns when it is created anew; values of
/// its row type know no names.
/// </summary>
public sealed class CopyRowTypeTests
{
    private const string Uses =
        """
        CREATE DOMAIN checked AS c CHECK (VALUE IS DISTINCT FROM NULL); CREATE TYPE outer_type AS (i int, inner_value c);
        CREATE TABLE t (v {0});
        """;

    [TestCase("c", "ROW(1, 2)::c")]
    [TestCase("c[]", "ARRAY[ROW(1, 2)::c]")]
    [TestCase("checked", "ROW(1, 2)::c")]
    [TestCase("outer_type", "ROW(1, ROW(1, 2)::c)::outer_type")]
    public async Task Values_whose_parts_would_change_places_stop_the_copy(string type, string value)
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE p (a int, b int)");
        var uses = Uses.Replace("{0}", type, StringComparison.Ordinal);
        await copy.OnSourceAsync($"CREATE TABLE c (b int, a int); ALTER TABLE c INHERIT p; {uses} INSERT INTO t VALUES ({value})");
        await copy.OnTargetAsync($"CREATE TABLE c () INHERITS (p); {uses}");

        var failure = Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync());

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6108"));
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Permanent));
        Assert.That(failure.Message, Does.Contain("column \"v\" of public.t").And.Contain("public.c"));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM t"), Is.Zero);
        await copy.OnSourceAsync("TRUNCATE t");
        await copy.CopyAsync();
    }
}
