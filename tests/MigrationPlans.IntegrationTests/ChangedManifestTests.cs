using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>One of several databases failed or has not been begun yet, and the manifest is changed for it.</summary>
[NonParallelizable]
public sealed class ChangedManifestTests
{
    private const string One = "changed_one";
    private const string Two = "changed_two";

    /// <summary>Wants a setting that the target lacks.</summary>
    private const string Hindrance =
        "SET changed.allowed = 'yes'; CREATE MATERIALIZED VIEW late AS SELECT pg_catalog.current_setting('changed.allowed') AS allowed";

    private ApplyFixture fixture = null!;

    [SetUp]
    public async Task FillAsync()
    {
        fixture = new ApplyFixture(One, Two);
        await fixture.FillAsync(100);
        fixture.Databases = [One];
    }

    [TearDown]
    public void CleanUp() => fixture.Dispose();

    /// <summary>As the help of the failure says.</summary>
    [Test]
    public async Task What_failed_goes_on_by_the_changed_mapping_and_what_is_done_is_left_alone()
    {
        // No file system takes a name as long as this.
        Map($"strategy: archive, archive: {{ directory: {new string('d', 256)} }}");
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.EqualTo(7), first.Output);
        Assert.That(first.Output, Does.Contain("MP6510").And.Contain("name another directory").And.Not.Contain($"new/{Two}:create-database started"));
        await Sql.RunAsync(TestServers.Target, One, "INSERT INTO customer (name) VALUES ('live')");

        Map("strategy: archive, archive: { directory: archives, compression: gzip }");
        var plan = await fixture.RunAsync("plan", "manifest.yaml");
        Assert.That(plan.ExitCode, Is.Zero, plan.Output);
        Assert.That(plan.Output, Does.Not.Contain("MP4002"));
        var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(await CustomersAsync(One), Is.EqualTo(11));
        Assert.That(await CustomersAsync(Two), Is.EqualTo(10));
    }

    [Test]
    public async Task A_mapping_that_was_begun_is_taken_back_alone_and_then_done_as_it_is_now()
    {
        await Sql.RunAsync(TestServers.Source, Two, Hindrance);
        Map("fence: read-only");
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.EqualTo(7), first.Output);
        await Sql.RunAsync(TestServers.Target, One, "INSERT INTO customer (name) VALUES ('live')");

        Map("fence: read-only, exclude: { tables: [public.late] }");
        var refused = await fixture.ApplyAsync();
        Assert.That(refused.ExitCode, Is.EqualTo(6), refused.Output);
        Assert.That(refused.Output, Does.Contain("MP5024").And.Contain($"`new/{Two}` was begun").And.Not.Contain($"`new/{One}`"));

        var rollback = await TakeBackAsync(Two);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await ExistsAsync(Two), Is.False);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Source, Two, "SELECT current_setting('transaction_read_only')"), Is.EqualTo("off"));

        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await CustomersAsync(One), Is.EqualTo(11));
        Assert.That(await CustomersAsync(Two), Is.EqualTo(10));
    }

    [Test]
    public async Task A_finished_mapping_is_taken_back_alone_and_what_somebody_made_in_its_place_is_not_replaced_unasked()
    {
        Map("onExisting: replace");
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        var rollback = await TakeBackAsync(Two);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await ExistsAsync(Two), Is.False);
        Assert.That(await CustomersAsync(One), Is.EqualTo(10));

        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {Two}");
        await Sql.RunAsync(TestServers.Target, Two, "CREATE TABLE somebodys (i int)");
        var unasked = await fixture.RunAsync("apply", "manifest.yaml");
        Assert.That(unasked.ExitCode, Is.EqualTo(1), unasked.Output);
        Assert.That(unasked.Output, Does.Contain("MP9101").And.Contain($"old/{Two}"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, Two, "SELECT count(*) FROM somebodys"), Is.Zero);

        Map("onExisting: fail");
        var refused = await fixture.ApplyAsync();
        Assert.That(refused.Output, Does.Contain("MP4002"));
        await Sql.DropDatabaseAsync(TestServers.Target, Two);
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await CustomersAsync(Two), Is.EqualTo(10));
    }

    [Test]
    public async Task A_plan_that_was_rolled_back_is_not_carried_out_unasked_once_an_earlier_ones_database_is_taken_back_too()
    {
        fixture.WriteManifest("counts");
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        Map("onExisting: fail");
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        Assert.That((await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve")).ExitCode, Is.Zero);
        var rollback = await TakeBackAsync(One, "--earlier");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await ExistsAsync(One) || await ExistsAsync(Two), Is.False);
        var unasked = await fixture.RunAsync("apply", "manifest.yaml");
        Assert.That(unasked.ExitCode, Is.EqualTo(1), unasked.Output);
        Assert.That(unasked.Output, Does.Contain("MP9101"));
        Assert.That(await ExistsAsync(One) || await ExistsAsync(Two), Is.False);
    }

    [Test]
    public async Task What_is_named_is_done_whatever_is_wrong_with_others_and_verify_says_what_was_not_carried_out()
    {
        Map("onExisting: fail", $"{{ from: old/changed_none, to: new/changed_none }}");
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {Two}");
        await Sql.RunAsync(TestServers.Target, Two, "CREATE TABLE in_the_way (i int)");
        var all = await fixture.ApplyAsync();
        Assert.That(all.ExitCode, Is.EqualTo(1), all.Output);
        var named = await fixture.RunAsync("apply", "manifest.yaml", "--target", $"new/{One}", "--auto-approve");
        Assert.That(named.ExitCode, Is.Zero, named.Output);
        Assert.That(named.Output, Does.Not.Contain("error["));

        await Sql.DropDatabaseAsync(TestServers.Target, Two);
        Map("onExisting: fail");
        var verify = await fixture.RunAsync("verify", "manifest.yaml");
        Assert.That(verify.ExitCode, Is.EqualTo(1), verify.Output);
        Assert.That(
            verify.Output,
            Does.Contain("MP9111")
                .And.Contain($"`new/{Two}` can't be compared")
                .And.Contain("migplan apply")
                .And.Not.Contain("rollback")
                .And.Not.Contain("MP3006"));

        // What another manifest has done says nothing of this one.
        fixture.WriteFile("other.yaml", "metadata: { name: other }");
        var other = await fixture.RunAsync("verify", "manifest.yaml", "--overlay", "other.yaml", "--state", fixture.StateDirectory);
        Assert.That(other.ExitCode, Is.EqualTo(1), other.Output);
        Assert.That(other.Output, Does.Contain("error[MP5014]").And.Not.Contain("MP9111"));

        var unasked = await fixture.RunAsync("apply", "manifest.yaml");
        Assert.That(unasked.ExitCode, Is.EqualTo(1), unasked.Output);
        Assert.That(unasked.Output, Does.Contain("MP9101"));
        Assert.That(await ExistsAsync(Two), Is.False);
        Assert.That((await fixture.ApplyAsync()).ExitCode, Is.Zero);
        Assert.That((await fixture.RunAsync("verify", "manifest.yaml")).ExitCode, Is.Zero);
    }

    /// <summary>The archive lies where it was, whatever becomes of other mappings.</summary>
    [Test]
    public async Task An_archive_that_was_made_is_restored_after_other_mappings_were_changed()
    {
        await Sql.RunAsync(TestServers.Source, Two, """
            CREATE FUNCTION allowed() RETURNS boolean LANGUAGE sql AS $$ SELECT pg_catalog.current_setting('changed.allowed', true) OPERATOR(pg_catalog.=) 'yes' $$;
            SET changed.allowed = 'yes'; CREATE TABLE checked (i int CHECK (COALESCE(public.allowed(), false))); INSERT INTO checked VALUES (1);
            """);
        const string Archived = "strategy: archive, archive: { keep: true }";
        Map(Archived);
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.EqualTo(7), first.Output);
        Assert.That(first.Output, Does.Contain($"new/{Two}:dump-archive done"));

        await Sql.RunAsync(TestServers.Target, "postgres", $"ALTER DATABASE {Two} SET changed.allowed = 'yes'");
        Map(Archived, $"{{ from: old/{One}, to: new/changed_copy }}");
        var second = await fixture.ApplyAsync();

        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(second.Output, Does.Not.Contain($"new/{Two}:dump-archive started"));
        await Sql.DropDatabaseAsync(TestServers.Target, "changed_copy");
    }

    private void Map(string second, params string[] others)
    {
        fixture.MoreMappings = [$"{{ from: old/{Two}, to: new/{Two}, {second} }}", .. others];
        fixture.WriteManifest("counts");
    }

    private Task<(int ExitCode, string Output)> TakeBackAsync(string database, params string[] options) =>
        fixture.RunAsync(["rollback", "manifest.yaml", "--target", $"new/{database}", "--auto-approve", .. options]);

    private static Task<long> CustomersAsync(string database) => Sql.ScalarAsync<long>(TestServers.Target, database, "SELECT count(*) FROM customer");

    private static async Task<bool> ExistsAsync(string database) =>
        await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == 1;
}
