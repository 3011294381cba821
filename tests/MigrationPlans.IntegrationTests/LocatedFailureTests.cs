using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>What a server refuses is told with its place, and without what is in the rows.</summary>
[NonParallelizable]
public sealed class LocatedFailureTests
{
    private const string Database = "located";

    [Test]
    public async Task A_role_that_only_a_value_names_is_foretold_and_told_with_its_table([Values("stream", "archive")] string strategy)
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "DROP ROLE IF EXISTS \"We ird\"; CREATE ROLE \"We ird\"");
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("""
            CREATE TABLE other (id int); INSERT INTO other VALUES (1);
            CREATE TABLE staff (id int, secret text, who regrole); INSERT INTO staff VALUES (1, 'confidential', NULL), (2, 'confidential', '"We ird"');
            """);
        fixture.WriteManifest("counts", $"strategy: {strategy}");

        var plan = await fixture.RunAsync("plan", "manifest.yaml");
        var apply = await fixture.ApplyAsync();
        await Sql.DropDatabaseAsync(TestServers.Source, Database);
        await Sql.RunAsync(TestServers.Source, "postgres", "DROP ROLE \"We ird\"");

        Assert.That(plan.Output, Does.Contain("table public.staff").And.Contain("its values in who name roles"));
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(apply.Output, Does.Contain("staff, line 2, column who").And.Contain("role \"We ird\" does not exist").And.Not.Contain("confidential"));
    }

    [Test]
    public async Task A_broken_check_is_told_with_its_table_and_line()
    {
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("""
            CREATE FUNCTION positive(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
            CREATE SCHEMA app; CREATE TABLE app.stock (id int, secret text, amount int CHECK (public.positive(amount))); INSERT INTO app.stock VALUES (1, 'confidential', 1), (2, 'confidential', -1);
            CREATE OR REPLACE FUNCTION positive(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
            """);

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(apply.Output, Does.Contain("table app.stock, line 2").And.Contain("stock_amount_check").And.Not.Contain("confidential"));
    }

    [Test]
    public async Task A_value_that_the_source_cannot_read_is_told_with_its_table()
    {
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("""
            CREATE TYPE mood AS ENUM ('well', 'gone'); CREATE SCHEMA app; CREATE TABLE app.sound (id int, m mood); INSERT INTO app.sound VALUES (1, 'well');
            CREATE TABLE app.torn (id int, m mood); INSERT INTO app.torn VALUES (1, 'well'), (2, 'gone'); CREATE TABLE app.whole (id int); INSERT INTO app.whole VALUES (1);
            DELETE FROM pg_enum WHERE enumlabel = 'gone';
            """);

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(
            apply.Output,
            Does.Contain($"old/{Database}: table app.torn").And.Contain("invalid internal value for enum").And.Not.Contain("table app.sound"));
    }

    [Test]
    public async Task A_row_that_is_too_long_to_be_sent_is_told_with_its_table_and_a_way_out()
    {
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("""
            CREATE TABLE small (id int); INSERT INTO small VALUES (1);
            CREATE TABLE long (id int, a text, b text, c text); INSERT INTO long VALUES (1);
            UPDATE long SET a = repeat('a', 360000000); UPDATE long SET b = a; UPDATE long SET c = b;
            """);

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(apply.Output, Does.Contain($"error[MP6280]: a row of public.long in old/{Database} is too long").And.Contain("tableData: [public.long]"));
    }

    [Test]
    public async Task A_table_that_somebody_has_locked_is_named_with_who_did()
    {
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("CREATE TABLE held (id int)");
        await using var holder = await Sql.OpenAsync(TestServers.Source, Database);
        await Sql.RunAsync(holder, "BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");

        var plan = await fixture.RunAsync("plan", "manifest.yaml");

        Assert.That(plan.ExitCode, Is.Not.Zero);
        Assert.That(plan.Output, Does.Contain("MP3011").And.Contain($"public.held is locked by session {holder.ProcessID} of migplan"));
    }
}
