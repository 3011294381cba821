using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Steps;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Which database a run makes, takes or refuses, and what its state notes of it.</summary>
public sealed class CreateDatabaseTests
{
    [Test]
    public async Task A_database_without_the_ledger_is_not_taken_for_verified_when_it_is_another_one()
    {
        await RichShop.CreateAsync("surr_other");
        await using var stage = new Stage("surr_other");
        await stage.RunAllAsync();
        var verify = Stage.Steps().OfType<VerifyStep>().Single();
        stage.TargetOid = stage.Created.Last().DatabaseOid;
        Assert.That((await stage.ObserveAsync(verify)).IsDone, Is.True);

        stage.Connector.CloseIdle(stage.Manifest.Targets[0], "surr_other");
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP DATABASE surr_other WITH (FORCE)");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_other");
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => stage.ObserveAsync(verify))!.Diagnostic.Code, Is.EqualTo("MP6110"));
    }

    /// <summary>Its state knows the name alone.</summary>
    [TestCase("database")]
    [TestCase("ledger")]
    public async Task A_run_that_was_killed_before_it_noted_which_database_it_made_notes_it_when_it_goes_on(string kind)
    {
        var database = $"surr_unnoted_{kind}";
        await RichShop.CreateAsync(database);
        var create = Stage.Steps().OfType<CreateDatabaseStep>().Single();
        await using (var killed = new Stage(database))
        {
            await killed.RunAsync(create);
        }

        var named = new CreatedResource(kind, "t", database) { SystemIdentifier = "1" };
        await using var stage = new Stage(database) { Recorded = [named] };
        Assert.That((await stage.ObserveAsync(create)).IsDone, Is.True);

        var oid = (uint)await Sql.ScalarAsync<long>(TestServers.Target, database, "SELECT oid::int8 FROM pg_database WHERE datname = current_database()");
        Assert.That(stage.Created, Is.EqualTo(new[] { named with { DatabaseOid = oid } }));
        stage.TargetOid = oid;
        await stage.ObserveAsync(create);
        Assert.That(stage.Created, Has.Count.EqualTo(1), "once");
    }

    /// <summary>The connection was lost in CREATE DATABASE, and nobody knows whether the server went on.</summary>
    [TestCase("as_made", "", true)]
    [TestCase("by_hand", "ALTER DATABASE surr_lost_by_hand CONNECTION LIMIT -1", false)]
    [TestCase("of_another", "ALTER DATABASE surr_lost_of_another OWNER TO surr_lost", false)]
    [TestCase("configured", "ALTER DATABASE surr_lost_configured SET work_mem = '7MB'", false)]
    [TestCase("prepared", "CREATE EXTENSION pgcrypto", false)]
    public async Task A_database_that_is_found_after_a_lost_connection_is_the_plans_only_if_it_is_as_the_plan_makes_it(string name, string made, bool isOurs)
    {
        var database = $"surr_lost_{name}";
        await RichShop.CreateAsync(database);
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP ROLE IF EXISTS surr_lost; CREATE ROLE surr_lost");
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database} TEMPLATE template0 CONNECTION LIMIT {CreationMark.Of("", database)}");
        await Sql.RunAsync(TestServers.Target, database, made.Length > 0 ? made : "SELECT 1");
        var noted = new CreatedResource("database", "t", database);
        await using var stage = new Stage(database) { Recorded = [noted] };

        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t" });

        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, database, "SELECT datconnlimit = -1 FROM pg_database WHERE datname = current_database()"));
        Assert.That(stage.Removed, Is.EqualTo(isOurs ? [] : new[] { noted }));
        Assert.That(
            stage.Created.Where(resource => resource.DatabaseOid is not null).Select(resource => resource.Kind),
            Is.EqualTo(isOurs ? ["database", "ledger"] : new[] { "ledger" }));
        await Sql.DropDatabaseAsync(TestServers.Target, database);
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP ROLE surr_lost");
    }

    [Test]
    public async Task An_empty_database_that_is_there_already_is_taken_with_its_own_locale_and_that_is_said()
    {
        await RichShop.CreateAsync("surr_there");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_there TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        await using var stage = new Stage("surr_there");
        var note = (await stage.RunAsync(Stage.Steps().OfType<CreateDatabaseStep>().Single())).Notes.Single();
        Assert.That(note.Code, Is.EqualTo("MP6312"));
        Assert.That(
            note.Message,
            Does.StartWith("t/surr_there was there already, and differs: source has ").And.Contain("target encoding LATIN1, LC_COLLATE C"));
    }

    [Test]
    public async Task A_target_that_holds_something_is_refused_and_replaced_only_when_asked()
    {
        await RichShop.CreateAsync("surr_full");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_full");
        await Sql.RunAsync(TestServers.Target, "surr_full", "CREATE TABLE mine ()");
        await using var other = await Sql.OpenAsync(TestServers.Target, "surr_full");
        await using var stage = new Stage("surr_full");
        foreach (Step step in new Step[] { new PreflightStep { Id = "p", Database = "t" }, new CreateDatabaseStep { Id = "c", Database = "t" } })
        {
            var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(step))!;
            Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6302"));
        }

        Assert.That(stage.Created, Is.Empty);
        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true });
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_full", "SELECT to_regclass('public.mine') IS NULL"), Is.True);

        // Filled in part by this plan: a repeated step must not drop it again.
        await Sql.RunAsync(TestServers.Target, "surr_full", "CREATE TABLE ours ()");
        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true });
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_full", "SELECT to_regclass('public.ours') IS NOT NULL"), Is.True);

        await Sql.RunAsync(TestServers.Target, "surr_full", "UPDATE migplan_ledger.owner SET plan = 'another'");
        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true }))!;
        Assert.That(refused.Diagnostic.Code, Is.EqualTo("MP6303"));
    }

    [Test]
    public async Task A_database_that_the_session_of_a_killed_run_is_still_creating_is_worth_another_try()
    {
        await RichShop.CreateAsync("surr_twice");
        await using var stage = new Stage("surr_twice");
        var step = new CreateDatabaseStep { Id = "c", Database = "t" };
        // A server notes a new database, and needs this lock before it goes on.
        await using var holder = await Sql.OpenAsync(TestServers.Target, "postgres");
        await Sql.RunAsync(holder, "BEGIN; LOCK TABLE pg_catalog.pg_shdepend IN SHARE MODE");
        var other = Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_twice");
        await UntilWaitingAsync("relation");
        var running = stage.RunAsync(step);
        await UntilWaitingAsync("transactionid");
        await Sql.RunAsync(holder, "COMMIT");

        var failure = Assert.ThrowsAsync<StepFailedException>(() => running)!;
        Assert.That((failure.FailureClass, ((Npgsql.PostgresException)failure.InnerException!).SqlState), Is.EqualTo((FailureClass.Transient, "23505")));
        await other;
        Assert.That((await stage.RunAsync(step)).Summary, Is.EqualTo("database found empty"));
        Assert.That(stage.Created.First().SystemIdentifier, Is.Not.Null);
        var oid = await Sql.ScalarAsync<uint>(TestServers.Target, "postgres", "SELECT oid FROM pg_database WHERE datname = 'surr_twice'");
        Assert.That(stage.Created.Last(), Is.EqualTo(stage.Created.First() with { Kind = "ledger", DatabaseOid = oid }));
    }

    [Test]
    public async Task The_note_of_a_database_stays_where_the_session_that_created_it_is_ended()
    {
        await RichShop.CreateAsync("surr_ended");
        await using var stage = new Stage("surr_ended");
        await using var other = await Sql.OpenAsync(TestServers.Target, "postgres");
        await Sql.RunAsync(other, "BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE");
        var running = stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t" });
        const string Waiting = "FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%surr_ended%' AND wait_event_type = 'Lock'";
        await Sql.UntilAsync(TestServers.Target, "postgres", $"SELECT EXISTS (SELECT {Waiting})");

        await Sql.RunAsync(TestServers.Target, "postgres", $"SELECT pg_terminate_backend(pid) {Waiting}");

        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => running)!.FailureClass, Is.EqualTo(FailureClass.Transient));
        Assert.That((stage.Created.Count, stage.Removed.Count), Is.EqualTo((1, 0)), "it may have committed before");
    }

    [Test]
    public async Task A_locale_that_the_target_does_not_know_is_told_with_the_way_out()
    {
        await using var stage = new Stage("surr_locale");
        var settings = new DatabaseSettings { Name = "x", Owner = "x", Encoding = "UTF8", Collate = "xx_YY.UTF-8", Ctype = "xx_YY.UTF-8" };
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Settings = settings }))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6306"));
        Assert.That(stage.Removed, Is.EqualTo(stage.Created).And.Count.EqualTo(1), "what somebody makes in its place is not ours");
    }

    private static Task UntilWaitingAsync(string lockType) => Sql.UntilAsync(
        TestServers.Target,
        "postgres",
        $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%surr_twice%' AND wait_event_type = 'Lock' AND wait_event = '{lockType}')");
}
