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
    public void Where_nothing_is_left_the_fence_is_left_alone()
    {
        var graph = new StepGraph(Steps, [Fence.Id, Create.Id, Refresh.Id]);
        Assert.That(graph.Ready, Is.EqualTo(new Step[] { Other }));
    }
}
