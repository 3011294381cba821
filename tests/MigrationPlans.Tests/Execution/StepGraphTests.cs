using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Execution;

public sealed class StepGraphTests
{
    private static readonly FenceSourceStep Fence = new() { Id = "t/a:fence-source", Database = "t/a" };

    private static readonly CreateDatabaseStep Create = new() { Id = "t/a:create-database", Database = "t/a", DependsOn = [Fence.Id] };

    private static readonly RefreshViewsStep Refresh = new() { Id = "t/a:refresh-views", Database = "t/a", DependsOn = [Create.Id] };

    private static readonly RefreshViewsStep Other = new() { Id = "t/b:refresh-views", Database = "t/b" };

    private static readonly ImmutableArray<Step> Steps = [Fence, Create, Refresh, Other];

    [Test]
    public void What_is_left_of_a_database_waits_for_a_fence_that_may_have_been_lifted()
    {
        var graph = new StepGraph(Steps, [Fence.Id, Create.Id]);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { Fence, Other }));
        graph.Start(Fence);
        graph.Complete(Fence);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { Refresh, Other }));
    }

    [Test]
    public void And_is_lost_with_it()
    {
        var graph = new StepGraph(Steps, [Fence.Id, Create.Id]);
        graph.Start(Fence);
        Assert.That(graph.Fail(Fence), Is.EqualTo(new Step[] { Refresh }));
    }

    [Test]
    public void A_snapshot_is_looked_at_again_until_the_instance_is_restored()
    {
        var snapshot = new CreateSnapshotStep { Id = "r/i:create-snapshot", Database = "r/i", Move = "m", Region = "r", Instance = "i", Snapshot = "s" };
        var copy = new CopySnapshotStep
        {
            Id = "r/i:copy-snapshot",
            Database = "r/i",
            DependsOn = [snapshot.Id],
            Move = "m",
            Region = "r",
            SourceRegion = "q",
            SourceAccount = "1",
            SourceSnapshot = "s",
            Snapshot = "s",
        };
        var restore = new RestoreInstanceStep
        {
            Id = "r/i:restore-instance",
            Database = "r/i",
            DependsOn = [copy.Id],
            Move = "m",
            Region = "r",
            Snapshot = "s",
            Instance = "i",
            InstanceClass = "c",
        };
        var unshare = new UnshareSnapshotStep
        {
            Id = "r/i:unshare-snapshot",
            Database = "r/i",
            DependsOn = [restore.Id],
            Move = "m",
            Region = "r",
            Snapshot = "s",
            SharedWith = "2",
        };
        var graph = new StepGraph([snapshot, copy, restore, unshare], [snapshot.Id, copy.Id]);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { snapshot }));
        graph.Start(snapshot);
        graph.Complete(snapshot);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { copy }));
        Assert.That(new StepGraph([snapshot, copy, restore, unshare], [snapshot.Id, copy.Id, restore.Id]).Ready, Is.EqualTo(new Step[] { unshare }));
    }

    [Test]
    public void Where_nothing_is_left_the_fence_is_left_alone()
    {
        var graph = new StepGraph(Steps, [Fence.Id, Create.Id, Refresh.Id]);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { Other }));
    }
}
