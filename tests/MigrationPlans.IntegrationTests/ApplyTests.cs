using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>The real binary on real servers, killed, stopped and called twice.</summary>
[NonParallelizable]
public sealed class ApplyTests
{
    [Test]
    public async Task Apply_carries_two_databases_over_and_a_second_apply_does_nothing()
    {
        using var fixture = new ApplyFixture("apply_one", "apply_two");
        await fixture.FillAsync(5_000);

        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.Output);
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
        Assert.That(first.Output, Does.Not.Contain(TestServers.Source.Password).And.Not.Contain(TestServers.Target.Password));

        var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(second.Output, Does.Contain("nothing to do"));

        await Sql.DropDatabaseAsync(TestServers.Target, "apply_two");
        var drifted = await fixture.ApplyAsync();
        Assert.That(drifted.ExitCode, Is.EqualTo(6), drifted.Output);
        Assert.That(drifted.Output, Does.Contain("MP6008"));
    }

    [Test]
    public async Task A_killed_apply_is_resumed_to_the_same_result()
    {
        using var fixture = new ApplyFixture("apply_killed");
        await fixture.FillAsync(400_000);
        foreach (var kind in new[] { ":create-database", ":restore-schema", ":copy-data" })
        {
            using var process = fixture.StartApply();
            await UntilStepBeginsAsync(fixture, process, kind);
            process.Kill();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Not.Zero, kind);
        }

        var last = await fixture.ApplyAsync();
        Assert.That(last.ExitCode, Is.Zero, last.Output);
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task Ctrl_C_stops_resumably_and_how_it_is_proved_may_be_changed_meanwhile()
    {
        using var fixture = new ApplyFixture("apply_stopped");
        await fixture.FillAsync(400_000);
        using (var process = fixture.StartApply())
        {
            await UntilStepBeginsAsync(fixture, process, ":copy-data");
            ApplyFixture.Signal(process, "INT");
            var (code, output) = await ApplyFixture.EndOf(process);
            Assert.That(code, Is.EqualTo(4), output);
            Assert.That(output, Does.Contain("next: migplan apply"));
        }

        fixture.WriteManifest("checksums");
        var changed = await fixture.ApplyAsync();
        Assert.That(changed.ExitCode, Is.Zero, changed.Output);
        Assert.That(changed.Output, Does.Contain("row counts and checksums"));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task Two_applies_at_once_give_the_second_one_exit_5()
    {
        using var fixture = new ApplyFixture("apply_locked");
        await fixture.FillAsync(400_000);
        using var process = fixture.StartApply();
        await UntilStepBeginsAsync(fixture, process, ":copy-data");

        var second = await fixture.ApplyAsync();

        Assert.That(second.ExitCode, Is.EqualTo(5), second.Output);
        Assert.That(second.Output, Does.Contain("MP5001").And.Contain(Environment.MachineName));
        var (code, output) = await ApplyFixture.EndOf(process);
        Assert.That(code, Is.Zero, output);
    }

    [Test]
    public async Task Rollback_drops_what_apply_created_and_nothing_else()
    {
        using var fixture = new ApplyFixture("apply_rolled_back");
        await fixture.FillAsync(1_000);
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        var before = await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_database");

        var unasked = await fixture.RunAsync("rollback", "manifest.yaml");
        Assert.That(unasked.ExitCode, Is.EqualTo(1), unasked.Output);
        Assert.That(unasked.Output, Does.Contain("MP9101"));

        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_database"), Is.EqualTo(before - 1));

        var again = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(again.ExitCode, Is.Zero, again.Output);

        var anew = await fixture.ApplyAsync();
        Assert.That(anew.ExitCode, Is.Zero, anew.Output);
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    /// <summary>The same address leads to the source, which has a database of that name.</summary>
    [Test]
    public async Task Rollback_drops_nothing_on_another_server_that_a_tunnel_leads_to_by_now()
    {
        using var fixture = new ApplyFixture("apply_tunnel");
        await fixture.FillAsync(100);
        fixture.WriteFile("here.yaml", Tunnel(TestServers.Target, "APPLY_TEST_NEW"));
        fixture.WriteFile("astray.yaml", Tunnel(TestServers.Source, "APPLY_TEST_OLD"));
        var apply = await fixture.RunAsync("apply", "manifest.yaml", "--overlay", "here.yaml", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.Output);

        var astray = await fixture.RunAsync("rollback", "manifest.yaml", "--overlay", "astray.yaml", "--auto-approve");
        Assert.That(astray.ExitCode, Is.EqualTo(1), astray.Output);
        Assert.That(astray.Output, Does.Contain("it was created on the server with system_identifier"));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty, "both are there");

        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--overlay", "here.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(rollback.Output, Does.Contain("database dropped"));

        static string Tunnel(LocalCluster server, string password) => $$"""
            targets:
              new:
                postgres: { host: new.internal, port: 5432 }
                connect: { host: 127.0.0.1, port: {{server.Port}} }
                credentials: { username: {{LocalCluster.Superuser}}, password: { env: {{password}} } }
            """;
    }

    [Test]
    public async Task A_target_that_is_the_source_by_another_name_is_refused_before_it_is_dropped()
    {
        using var fixture = new ApplyFixture("apply_itself");
        await fixture.FillAsync(100);
        fixture.WriteManifest("counts", "onExisting: replace");
        fixture.WriteFile(
            "same.yaml",
            $$"""targets: { new: { postgres: { host: localhost, port: {{TestServers.Source.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_OLD } } } }""");
        var before = await ApplyFixture.ContentAsync(TestServers.Source, "apply_itself");

        var apply = await fixture.RunAsync("apply", "manifest.yaml", "--overlay", "same.yaml", "--auto-approve");
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(apply.Output, Does.Contain("MP4017").And.Contain("`new/apply_itself` is the source database `old/apply_itself` itself"));

        var offline = await fixture.RunAsync("plan", "manifest.yaml", "--overlay", "same.yaml", "--offline", "--out", "plan.json");
        Assert.That(offline.ExitCode, Is.Zero, offline.Output);
        var saved = await fixture.RunAsync("apply", "plan.json", "--manifest", "manifest.yaml", "--overlay", "same.yaml", "--auto-approve");
        Assert.That(saved.ExitCode, Is.EqualTo(1), saved.Output);
        Assert.That(saved.Output, Does.Contain("MP4017"));
        Assert.That(await ApplyFixture.ContentAsync(TestServers.Source, "apply_itself"), Is.EqualTo(before));
    }

    /// <summary>pg_dump locks every table, whichever are picked.</summary>
    [Test]
    public async Task A_table_that_is_not_picked_and_may_not_be_read_is_told_before_the_source_is_fenced()
    {
        using var fixture = new ApplyFixture("apply_split");
        await fixture.CreateAsync("CREATE SCHEMA billing; CREATE TABLE billing.t (i int); CREATE SCHEMA other; CREATE TABLE other.secret (i int)");
        await Sql.RunAsync(TestServers.Source, "apply_split", """
            CREATE ROLE apply_split_owner; CREATE ROLE apply_split_login LOGIN PASSWORD 's' IN ROLE apply_split_owner; ALTER DATABASE apply_split OWNER TO apply_split_owner;
            GRANT pg_signal_backend TO apply_split_login; GRANT USAGE ON SCHEMA billing TO apply_split_login; GRANT SELECT ON billing.t TO apply_split_login
            """);
        fixture.WriteManifest("counts", "fence: read-only, include: { schemas: [billing] }");
        fixture.WriteFile("login.yaml", "sources: { old: { credentials: { username: apply_split_login, password: { file: password } } } }");
        fixture.WriteFile("password", "s");

        foreach (var verb in (string[][])[["plan", "manifest.yaml"], ["apply", "manifest.yaml", "--auto-approve"]])
        {
            var refused = await fixture.RunAsync([.. verb, "--overlay", "login.yaml"]);
            Assert.That(refused.ExitCode, Is.EqualTo(1), refused.Output);
            Assert.That(refused.Output, Does.Contain("MP4038").And.Contain("`other.secret`, whose rows are not copied, but which pg_dump must lock"));
        }

        const string Fenced = "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = 'apply_split'";
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Source, "postgres", Fenced), Is.Zero);
        await Sql.RunAsync(
            TestServers.Source,
            "apply_split",
            "GRANT USAGE ON SCHEMA other TO apply_split_login; GRANT SELECT ON other.secret TO apply_split_login");
        var apply = await fixture.RunAsync("apply", "manifest.yaml", "--auto-approve", "--overlay", "login.yaml");
        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(
            await Sql.ScalarAsync<bool>(TestServers.Target, "apply_split", "SELECT to_regclass('billing.t') IS NOT NULL AND to_regnamespace('other') IS NULL"),
            Is.True);
    }

    /// <summary>The other server here is the source, which has a database of that name.</summary>
    [Test]
    public async Task Rollback_touches_nothing_on_another_server_that_the_endpoint_is_by_now()
    {
        using var fixture = new ApplyFixture("apply_moved");
        await fixture.FillAsync(100);
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        fixture.WriteFile(
            "other.yaml",
            $$"""
            sources: { old: { postgres: { host: 127.0.0.1, port: {{TestServers.Target.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_NEW } } } }
            targets: { new: { postgres: { host: 127.0.0.1, port: {{TestServers.Source.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_OLD } } } }
            """);

        var astray = await fixture.RunAsync("rollback", "manifest.yaml", "--overlay", "other.yaml", "--auto-approve");
        Assert.That(astray.ExitCode, Is.EqualTo(1), astray.Output);
        Assert.That(astray.Output, Does.Contain($"it is on 127.0.0.1:{TestServers.Target.Port}, and `new` is 127.0.0.1:{TestServers.Source.Port}"));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty, "both are there");

        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(rollback.Output, Does.Contain($"database new/apply_moved on 127.0.0.1:{TestServers.Target.Port}"));
    }

    /// <summary>A subscription that has a slot keeps the database from being dropped.</summary>
    [Test]
    public async Task A_database_that_could_not_be_replaced_is_left_alone_and_does_not_hold_the_rollback_up()
    {
        using var fixture = new ApplyFixture("apply_held");
        await fixture.FillAsync(100);
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE apply_held");
        await Sql.RunAsync(TestServers.Target, "apply_held", "CREATE TABLE precious (id int)");
        await Sql.RunAsync(
            TestServers.Target,
            "apply_held",
            "CREATE SUBSCRIPTION held CONNECTION 'dbname=none' PUBLICATION none WITH (connect = false, slot_name = 'held')");
        fixture.WriteManifest("counts", "onExisting: replace");
        try
        {
            var refused = await fixture.ApplyAsync();
            Assert.That(refused.ExitCode, Is.EqualTo(1), refused.Output);

            var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
            Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
            Assert.That(rollback.Output, Does.Contain("database new/apply_held: is not this plan's and stays"));
            Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "apply_held", "SELECT count(*) FROM precious"), Is.Zero, "it is there");
        }
        finally
        {
            await Sql.RunAsync(TestServers.Target, "apply_held", "ALTER SUBSCRIPTION held SET (slot_name = NONE); DROP SUBSCRIPTION held");
            await Sql.DropDatabaseAsync(TestServers.Target, "apply_held");
        }
    }

    private static async Task UntilStepBeginsAsync(ApplyFixture fixture, System.Diagnostics.Process process, string kind)
    {
        var files = new LocalStateFiles(fixture.StateDirectory, TimeProvider.System);
        while (!process.HasExited)
        {
            var state = await StateStore.PeekAsync(files, CancellationToken.None);
            if (state?.Steps.Any(step => step.Status != StepStatus.Pending && step.Id.EndsWith(kind, StringComparison.Ordinal)) == true)
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail($"ended too early: {(await ApplyFixture.EndOf(process)).Output}");
    }
}
