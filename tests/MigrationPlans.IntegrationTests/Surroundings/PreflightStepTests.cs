using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>What is refused before anything is changed.</summary>
public sealed class PreflightStepTests
{
    [Test]
    public async Task A_database_that_lets_in_fewer_than_the_run_needs_is_refused_beforehand()
    {
        await RichShop.CreateAsync("surr_narrow");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_narrow_login LOGIN PASSWORD 'n'; ALTER DATABASE surr_narrow CONNECTION LIMIT 2");
        await using var stage = new Stage("surr_narrow", source: new StageLogin("surr_narrow_login", "n"));
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(Stage.Steps().OfType<PreflightStep>().Single()))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6305"), refusal.ToString());
        Assert.That(
            refusal.Diagnostic.Message,
            Does.Contain("s/surr_narrow lets in 2 connections").And.Contain($"the run needs {stage.Context.Parallelism + RunConnections.Beside}"));
    }

    [Test]
    public async Task Missing_rights_are_refused_before_anything_is_changed()
    {
        await RichShop.CreateAsync("surr_rights");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_reader LOGIN PASSWORD 'r'");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_nobody LOGIN PASSWORD 'n'");
        var preflight = new PreflightStep { Id = "p", Database = "t" };
        await using var blind = new Stage("surr_rights", source: new StageLogin("surr_reader", "r"));
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => blind.RunAsync(preflight))!.Diagnostic.Code, Is.EqualTo("MP6301"));
        await using var powerless = new Stage("surr_rights", target: new StageLogin("surr_nobody", "n"));
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => powerless.RunAsync(preflight))!.Diagnostic.Code, Is.EqualTo("MP6300"));
        await using var fencing = new Stage(
            "surr_rights", source: new StageLogin("surr_reader", "r"), adapt: mapping => mapping with { Fence = Fence.ReadOnly });
        Assert.That(
            Assert.ThrowsAsync<StepFailedException>(() => fencing.RunAsync(new FenceSourceStep { Id = "f", Database = "t" }))!.Diagnostic.Code,
            Is.EqualTo("MP6307"));
    }

    [Test]
    public async Task Roles_that_the_login_can_not_create_are_told_as_statements_to_run()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_roleless");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE \"surr-maker\" LOGIN CREATEDB PASSWORD 'm'");
        await using var stage = new Stage("surr_roleless", target: new StageLogin("surr-maker", "m"));
        ImmutableArray<PlannedRole> roles = [.. new[] { "surr_there_not", "surr other", LocalCluster.Superuser }.Select(name => new PlannedRole(
            name, new RoleFacts { Name = name }))];
        stage.Plan = stage.Plan with { Steps = [new CreateRolesStep { Id = "r", Database = stage.Mapping.Address, Roles = roles }] };

        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new PreflightStep { Id = "p", Database = "t" }))!.Diagnostic;

        Assert.That((refused.Code, refused.Message), Is.EqualTo(("MP6300", "`surr-maker` lacks CREATEROLE (to create 2 roles) on t")));
        Assert.That(refused.Help, Is.EqualTo(
            "as a superuser: ALTER ROLE \"surr-maker\" CREATEROLE; or create the roles yourself: CREATE ROLE \"surr_there_not\"; CREATE ROLE \"surr other\""));
    }

    [Test]
    public async Task What_pg_dump_may_not_lock_is_refused_before_anything_is_changed_and_is_not_tried_again()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_locks");
        await Sql.RunAsync(TestServers.Source, "surr_locks", """
            CREATE ROLE surr_locker LOGIN PASSWORD 'l'; CREATE SCHEMA a; CREATE TABLE a.t (i int); GRANT USAGE ON SCHEMA a TO surr_locker; GRANT SELECT ON a.t TO surr_locker;
            CREATE SCHEMA b; CREATE TABLE b.kept (i int) PARTITION BY LIST (i); CREATE VIEW b.view AS SELECT 1; CREATE SEQUENCE b.numbers
            """);
        await using var stage = new Stage(
            "surr_locks",
            source: new StageLogin("surr_locker", "l"),
            adapt: mapping => mapping with { Include = new Selection { Schemas = ["a"] } });

        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new PreflightStep { Id = "p", Database = "t" }))!.Diagnostic;

        Assert.That(refused.Code, Is.EqualTo("MP6301"));
        Assert.That(refused.Message, Is.EqualTo("`surr_locker` can't read 1 table of s/surr_locks that is not copied, but that pg_dump must lock: b.kept"));
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_locks");
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new RestoreSchemaStep { Id = "s", Database = "t" }))!;
        Assert.That((failure.Diagnostic.Code, failure.FailureClass), Is.EqualTo(("MP6202", FailureClass.Permanent)));
    }

    [Test]
    public async Task A_text_that_is_not_UTF_8_and_came_after_the_plan_is_refused_before_anything_is_changed()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
        await Sql.RunAsync(
            TestServers.Source,
            "surr_bytes",
            "CREATE TABLE t (i int); DO $$ BEGIN EXECUTE format('COMMENT ON TABLE t IS %L', convert_from('\\xe9', 'SQL_ASCII')); END $$");
        await using var stage = new Stage("surr_bytes");
        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new PreflightStep { Id = "p", Database = "t" }))!;
        Assert.That((refused.Diagnostic.Code, refused.FailureClass), Is.EqualTo(("MP4181", FailureClass.Permanent)), refused.ToString());
    }

    [Test]
    public async Task Below_16_a_login_that_does_not_inherit_is_refused_before_anything_is_changed()
    {
        await RichShop.CreateAsync("surr_bare");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_bare_login LOGIN CREATEDB CREATEROLE NOINHERIT PASSWORD 'b'");
        await using var stage = new Stage("surr_bare", target: new StageLogin("surr_bare_login", "b"));
        var preflight = new PreflightStep { Id = "p", Database = "t" };
        if (TestServers.Target.MajorVersion >= 16)
        {
            await stage.RunAsync(preflight);
            return;
        }

        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(preflight))!.Diagnostic;

        Assert.That((refused.Code, refused.Help), Is.EqualTo(("MP6300", "as a superuser: ALTER ROLE surr_bare_login INHERIT")));
    }
}
