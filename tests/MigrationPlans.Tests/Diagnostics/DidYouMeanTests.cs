using MigrationPlans.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.Tests.Diagnostics;

internal sealed class DidYouMeanTests
{
    [TestCase("regoin", "region")]
    [TestCase("Region", "region")]
    [TestCase("instnce", "instance")]
    [TestCase("xyz", null)]
    [TestCase("", null)]
    public void The_nearest_name_is_found_when_it_is_near(string written, string? meant) =>
        Assert.That(DidYouMean.Find(written, ["instance", "region", "roleArn"]), Is.EqualTo(meant));
}
