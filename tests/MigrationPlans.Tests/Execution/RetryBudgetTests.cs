using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.Tests.Execution;

public sealed class RetryBudgetTests
{
    private static readonly RetrySettings Settings = new();

    [Test]
    public void A_server_that_goes_away_again_after_hours_is_waited_for_as_long_as_the_first_time()
    {
        var clock = new FakeClock();
        var budget = new RetryBudget(Settings, clock);
        Assert.That(Fails(budget, clock, TimeSpan.FromSeconds(1)), Is.True);
        Assert.That(Fails(budget, clock, TimeSpan.FromHours(1)), Is.True);
        Assert.That(Fails(budget, clock, TimeSpan.FromSeconds(1)), Is.True);
    }

    [Test]
    public void One_that_goes_away_in_every_try_ends_the_tries()
    {
        var clock = new FakeClock();
        var budget = new RetryBudget(Settings, clock);
        var tries = 1;
        while (tries < 100 && Fails(budget, clock, TimeSpan.FromHours(1)))
        {
            tries++;
        }

        Assert.That(tries, Is.EqualTo(Settings.Attempts + 1), "the first is the one that the others come after");
    }

    [Test]
    public void One_that_stays_away_is_waited_for_no_longer_than_patience_lasts()
    {
        var clock = new FakeClock();
        var budget = new RetryBudget(Settings, clock);
        var tries = 1;
        while (Fails(budget, clock, TimeSpan.FromSeconds(30)))
        {
            tries++;
        }

        Assert.That(tries, Is.EqualTo(1 + (Settings.Patience / TimeSpan.FromSeconds(30))));
    }

    private static bool Fails(RetryBudget budget, FakeClock clock, TimeSpan after)
    {
        budget.Begin();
        clock.Advance(after);
        return budget.Spend(FailureClass.Unavailable);
    }
}
