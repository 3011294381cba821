using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class EndpointPlansTests
{
    private const string InAccount = "rds:111111111111/eu-west-1/app";

    private const string InSomeAccount = "rds:eu-west-1/app";

    private static readonly Endpoint Own = Sample.Server("t", EndpointRole.Target, 5432) with
    {
        Postgres = null,
        Rds = new RdsInstance { Instance = "app", Region = "eu-west-1" },
    };

    private static readonly Endpoint Assumed = Own with { Rds = Own.Rds! with { RoleArn = "arn:aws:iam::111111111111:role/path/migplan" } };

    [Test]
    public void An_instance_is_told_from_one_of_the_same_name_in_another_account()
    {
        Assert.That((EndpointPlans.Location(Assumed), EndpointPlans.Location(Own)), Is.EqualTo((InAccount, InSomeAccount)));
        Assert.That(EndpointPlans.IsAt(Assumed, InAccount), Is.True);
        Assert.That(EndpointPlans.IsAt(Assumed, "rds:222222222222/eu-west-1/app"), Is.False);
        Assert.That(EndpointPlans.IsAt(Own, InAccount), Is.False);
    }

    [Test]
    public void What_was_recorded_without_an_account_may_be_in_any()
    {
        Assert.That(EndpointPlans.IsAt(Own, InSomeAccount), Is.True);
        Assert.That(EndpointPlans.IsAt(Assumed, InSomeAccount), Is.True);
        Assert.That(EndpointPlans.IsAt(Assumed, "rds:eu-west-1/other"), Is.False);
    }
}
