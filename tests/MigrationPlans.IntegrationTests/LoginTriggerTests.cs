using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A trigger that runs at each login, in our sessions too.</summary>
[NonParallelizable]
public sealed class LoginTriggerTests
{
    private const int FirstWithLoginTriggers = 17;

    [Test]
    public async Task A_source_whose_login_trigger_writes_is_read_all_the_same(
        [Values("stream", "archive")] string strategy, [Values("none", "read-only")] string fence)
    {
        Assume.That(TestServers.Source.MajorVersion, Is.GreaterThanOrEqualTo(FirstWithLoginTriggers), "there are no such triggers");
        using var fixture = new ApplyFixture("login_trigger");
        await fixture.CreateAsync("""
            CREATE TABLE visit (login text); CREATE TABLE kept AS SELECT i FROM generate_series(1, 3) i;
            CREATE FUNCTION note_visit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO visit (login) VALUES (session_user); END $$;
            CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION note_visit();
            """);
        fixture.WriteManifest("counts", $"strategy: {strategy}, fence: {fence}, exclude: {{ tableData: [public.visit] }}");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "login_trigger", "SELECT count(*) FROM kept"), Is.EqualTo(3));
        if (fence == "none")
        {
            // Behind the fence the trigger lets nobody else in.
            Assert.That(await Sql.ScalarAsync<long>(TestServers.Source, "login_trigger", "SELECT count(*) FROM visit WHERE login = 'migplan'"), Is.Positive);
        }
    }
}
