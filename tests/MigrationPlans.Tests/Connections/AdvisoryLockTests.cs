using MigrationPlans.PostgreSql.Connections;
using NUnit.Framework;

namespace MigrationPlans.Tests.Connections;

public sealed class AdvisoryLockTests
{
    [Test]
    public void No_two_have_the_same_key() => Assert.That(Enum.GetValues<AdvisoryLock>(), Is.Unique);
}
