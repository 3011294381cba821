using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Server settings, extensions and open transactions that a run would trip over.</summary>
public sealed class PlannerServersTests
{
    private readonly Sample sample = new();

    [Test]
    public void A_replica_as_target_is_refused() =>
        Assert.That(
            (sample with { TargetServer = With(sample.TargetServer, new ServerParameters { IsReplica = true }) }).Codes(),
            Is.EqualTo((string[])["MP4063"]));

    [Test]
    public void A_replica_as_source_is_warned_about_unless_it_waits_for_ever()
    {
        var replica = sample with { SourceServer = With(sample.SourceServer, new ServerParameters { IsReplica = true, StandbyDelay = 30000 }) };
        Assert.That(replica.Codes(), Is.EqualTo((string[])["MP4064"]));
        Assert.That((replica with { SourceServer = With(sample.SourceServer, new ServerParameters { IsReplica = true }) }).Codes(), Is.Empty);
    }

    [TestCase(30000, "ends queries after 30 s of conflict with the replay")]
    [TestCase(250, "ends queries after 0.25 s of conflict with the replay")]
    [TestCase(0, "ends queries as soon as they conflict with the replay")]
    public void It_is_told_when_a_replica_ends_queries(int delay, string told) =>
        Assert.That(ServerDiagnostics.SourceIsReplica("t/a", "s", delay, span: null).Message, Does.EndWith(told));

    [Test]
    public void A_replica_can_not_be_fenced()
    {
        var replica = sample with
        {
            SourceServer = With(sample.SourceServer, new ServerParameters { IsReplica = true }),
            Mapping = sample.Mapping with { Fence = Fence.ReadOnly },
        };
        Assert.That(replica.Codes(), Is.EqualTo((string[])["MP4065"]));
    }

    [TestCase(true, Fence.ReadOnly, ExpectedResult = "MP4180")]
    [TestCase(true, Fence.None, ExpectedResult = "")]
    [TestCase(false, Fence.ReadOnly, ExpectedResult = "")]
    public string A_subscription_that_a_fence_does_not_stop_is_refused(bool isEnabled, Fence fence) => string.Join(' ', (sample with
    {
        Mapping = sample.Mapping with { Fence = fence },
        Source = sample.Source with { Subscriptions = [new SubscriptionFacts("feed", "shop_owner") { IsEnabled = isEnabled }] },
    }).Codes());

    [Test]
    public void An_unlogged_table_of_a_replica_is_refused_unless_its_rows_stay_behind()
    {
        var replica = sample with
        {
            SourceServer = With(sample.SourceServer, new ServerParameters { IsReplica = true }),
            Source = sample.Source with { Relations = [.. sample.Source.Relations, Sample.Table("public", "scratch") with { IsUnlogged = true }] },
        };
        Assert.That(replica.Codes(), Is.EqualTo((string[])["MP4110"]));
        Assert.That((replica with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.scratch"] } } }).Codes(), Is.Empty);
    }

    [Test]
    public void A_source_that_throws_snapshots_away_is_warned_about() =>
        Assert.That(
            (sample with { SourceServer = With(sample.SourceServer, new ServerParameters { OldSnapshotThreshold = 60 }) }).Codes(),
            Is.EqualTo((string[])["MP4066"]));

    [TestCase("3.3", "3.4", ExpectedResult = "")]
    [TestCase("3.4", "3.3", ExpectedResult = "MP4067")]
    [TestCase("1.10", "1.9", ExpectedResult = "MP4067")]
    [TestCase("2", "1.9", ExpectedResult = "MP4067")]
    [TestCase("next", "1.9", ExpectedResult = "")]
    public string An_extension_that_is_older_on_the_target_is_warned_about(string source, string target) =>
        string.Join(' ', Extended("postgis", source, target, new ServerParameters()).Codes());

    [Test]
    public void An_extension_that_RDS_does_not_allow_is_refused()
    {
        Assert.That(Extended("postgis", "3", "3", new ServerParameters { AllowedExtensions = ["pgcrypto"] }).Codes(), Is.EqualTo((string[])["MP4068"]));
        Assert.That(Extended("postgis", "3", "3", new ServerParameters { AllowedExtensions = ["postgis"] }).Codes(), Is.Empty);
    }

    [Test]
    public void An_extension_whose_library_is_not_preloaded_is_refused()
    {
        Assert.That(Extended("pg_cron", "1.6", "1.6", new ServerParameters { PreloadedLibraries = ["pgaudit"] }).Codes(), Is.EqualTo((string[])["MP4069"]));
        Assert.That(Extended("pg_cron", "1.6", "1.6", new ServerParameters { PreloadedLibraries = ["pg_cron"] }).Codes(), Is.Empty);
        Assert.That(Extended("pg_cron", "1.6", "1.6", new ServerParameters { PreloadedLibraries = null }).Codes(), Is.Empty);
    }

    [Test]
    public void A_target_database_that_pg_cron_can_not_be_created_in_is_refused()
    {
        Assert.That(Extended("pg_cron", "1.6", "1.6", new ServerParameters { CronDatabase = "postgres" }).Codes(), Is.EqualTo((string[])["MP4130"]));
        Assert.That(Extended("pg_cron", "1.6", "1.6", new ServerParameters { CronDatabase = sample.Mapping.To.Database }).Codes(), Is.Empty);
    }

    [Test]
    public void An_extension_that_takes_a_superuser_is_warned_about_unless_the_login_is_one_or_stands_for_one()
    {
        var extended = Extended("postgres_fdw", "1.1", "1.1", new ServerParameters());
        var server = extended.TargetServer with { SuperuserExtensions = ["postgres_fdw"] };

        Assert.That((extended with { TargetServer = server }).Codes(), Is.Empty);
        Assert.That((extended with { TargetServer = server with { Login = Sample.Login(true, true, "rds_superuser") } }).Codes(), Does.Not.Contain("MP4095"));
        Assert.That((extended with { TargetServer = server with { Login = Sample.Login(true, true) } }).Codes(), Does.Contain("MP4095"));
    }

    [Test]
    public void Prepared_transactions_are_warned_about() =>
        Assert.That((sample with { Source = sample.Source with { PreparedTransactions = 1 } }).Codes(), Is.EqualTo((string[])["MP4070"]));

    [TestCase(Fence.None, ExpectedResult = "the run may wait for their locks, and what they have not committed is not copied")]
    [TestCase(Fence.ReadOnly, ExpectedResult = "the fence ends their sessions, and what they have not committed is lost")]
    public string? A_long_transaction_is_told_with_its_age_and_what_it_means(Fence fence)
    {
        var busy = sample with
        {
            Source = sample.Source with { LongTransactions = 1, OldestTransaction = new TimeSpan(3, 7, 0) },
            Mapping = sample.Mapping with { Fence = fence },
        };
        var found = Planner.Plan(busy.Manifest, busy.Facts).Diagnostics.Single();
        Assert.That(found.Message, Is.EqualTo("1 transaction has been open for over a minute on `legacy/shop`, the oldest for 3 h 07 min"));
        return found.Detail;
    }

    [Test]
    public void A_limit_of_the_login_bounds_the_room_for_connections()
    {
        var login = sample.TargetServer.Login with { IsSuperuser = false };
        var limited = sample.TargetServer with
        {
            Login = login,
            Roles = [new RoleFacts { Name = login.Name, ConnectionLimit = 2 }],
            Connections = new ConnectionFacts(100, 3, 10),
        };
        Assert.That((sample with { TargetServer = limited }).Codes(), Is.EqualTo((string[])["MP4007"]));
    }

    private static EndpointFacts With(EndpointFacts server, ServerParameters parameters) => server with { Parameters = parameters };

    private Sample Extended(string name, string source, string target, ServerParameters parameters) => sample with
    {
        Source = sample.Source with { Extensions = [new ExtensionFacts(name, source, "public")] },
        TargetServer = With(sample.TargetServer, parameters) with
        {
            AvailableExtensions = ImmutableSortedDictionary<string, string>.Empty.Add(name, target),
        },
    };
}
