using MigrationPlans.Execution;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Execution;

public sealed class WorkerSharesTests
{
    private static readonly RunLimits Four = new() { Workers = 4 };

    [Test]
    public void Workers_are_shared_by_size()
    {
        var (manifest, plan) = TestPlans.Of("large", "small");
        var large = plan.Databases[0] with { Estimate = new Estimate(3L << 30, -1) };
        var small = plan.Databases[1] with { Estimate = new Estimate(1L << 30, -1) };
        Assert.That(WorkerShares.ShareOf(large, [large, small], manifest.Databases[0], Four), Is.EqualTo(3));
        Assert.That(WorkerShares.ShareOf(small, [large, small], manifest.Databases[1], Four), Is.EqualTo(1));
    }

    [Test]
    public void A_mapping_can_ask_for_fewer_and_never_gets_none()
    {
        var (manifest, plan) = TestPlans.Of([.. Enumerable.Range(0, 50).Select(i => $"d{i}")]);
        Assert.That(WorkerShares.ShareOf(plan.Databases[0], plan.Databases, manifest.Databases[0], Four), Is.EqualTo(1));
        Assert.That(WorkerShares.ShareOf(plan.Databases[0], [plan.Databases[0]], manifest.Databases[0] with { Parallelism = 2 }, Four), Is.EqualTo(2));
    }

    [Test]
    public void A_mapping_that_asks_for_more_than_the_cores_raises_the_runs_workers_unless_the_user_says_how_many()
    {
        var (manifest, _) = TestPlans.Of("a");
        var asking = manifest with { Databases = [manifest.Databases[0] with { Parallelism = 64 }] };
        Assert.That(RunLimits.For(asking, facts: null, parallelism: null).Workers, Is.EqualTo(64));
        Assert.That(RunLimits.For(asking, facts: null, parallelism: 2).Workers, Is.EqualTo(2));
        Assert.That(RunLimits.For(manifest, facts: null, parallelism: null).Workers, Is.EqualTo(Math.Max(2, Environment.ProcessorCount * 2)));
    }
}
