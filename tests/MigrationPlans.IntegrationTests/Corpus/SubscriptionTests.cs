using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Subscriptions come where they are asked for, and nothing of them touches a publisher.</summary>
public sealed class SubscriptionTests
{
    private const string Database = "corpus_subscribed";
    private const string Copy = ", subscriptions: copy";

    // Nobody listens on port 1: whoever connects fails.
    private const string Subscribed =
        """
        CREATE ROLE corpus_feeder SUPERUSER; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
        CREATE SUBSCRIPTION "the feed" CONNECTION 'host=127.0.0.1 port=1 dbname=x user=u password=''top secret''' PUBLICATION "p 1", q WITH (connect = false, slot_name = 'feed_slot', synchronous_commit = 'local');
        ALTER SUBSCRIPTION "the feed" OWNER TO corpus_feeder; COMMENT ON SUBSCRIPTION "the feed" IS 'from far';
        CREATE SUBSCRIPTION other CONNECTION 'postgresql://u:hidden@127.0.0.1:1/x' PUBLICATION r WITH (connect = false, slot_name = NONE);
        """;

    private const string Found =
        """
        SELECT string_agg(concat_ws('|', subname, pg_get_userbyid(subowner), subenabled, subslotname, subpublications, subsynccommit, subconninfo, obj_description(oid, 'pg_subscription')), E'\n' ORDER BY subname DESC)
        FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private const string Expected =
        """
        the feed|corpus_feeder|f|{"p 1",q}|local|host='127.0.0.1' port='1' dbname='x' user='u'|from far
        other|migplan|f|{r}|off|postgresql://u@127.0.0.1:1/x
        """;

    [TestCase("")]
    [TestCase(", strategy: archive, archive: { keep: true }")]
    public async Task Subscriptions_are_created_switched_off_verified_and_taken_back(string strategy)
    {
        await using var corpus = await StartAsync(isManaged: false);

        using var plan = await corpus.RunAsync("plan", Copy + strategy);
        using var apply = await corpus.RunAsync("apply", Copy + strategy, "--auto-approve");

        Assert.That(plan.Output, Does.Contain("subscription the feed: is created disabled, without slot and password"), plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP6214").And.Contain("the feed (slot feed_slot), other").Or.Contain("other, the feed (slot feed_slot)"));
        Assert.That(await FoundAsync(corpus), Is.EqualTo(Expected));
        if (corpus.Target.MajorVersion >= 16)
        {
            Assert.That(
                await Sql.ScalarAsync<bool>(corpus.Target, Database, "SELECT bool_and(subrunasowner) FROM pg_subscription"),
                Is.EqualTo(corpus.Source.MajorVersion < 16),
                "who applies changes");
        }

        AssertNoSecret(corpus, plan, apply);

        await corpus.PsqlAsync(corpus.Target, Database, "ALTER SUBSCRIPTION other SET (synchronous_commit = 'on')");
        using var verify = await corpus.RunAsync("verify", Copy + strategy);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.ToString(), Does.Contain("subscription").And.Contain("synchronous_commit = 'on'").And.Not.Contain("hidden"));
        Assert.That(
            verify.ToString().Contains("run_as_owner", StringComparison.Ordinal),
            Is.EqualTo(corpus.Source.MajorVersion < 16 && corpus.Target.MajorVersion >= 16));

        using var rollback = await corpus.RunAsync("rollback", Copy + strategy, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(
            await Sql.ScalarAsync<long>(
                corpus.Target,
                "postgres",
                "SELECT (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_database WHERE datname = 'corpus_subscribed')"),
            Is.Zero);
    }

    [Test]
    public async Task A_target_with_subscriptions_without_slots_can_be_replaced()
    {
        await using var corpus = await StartAsync(isManaged: false);
        await corpus.PsqlAsync(corpus.Target, "postgres", $"CREATE DATABASE {Database}");
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "CREATE TABLE old (id int); CREATE SUBSCRIPTION old CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false, slot_name = NONE)");

        using var apply = await corpus.RunAsync("apply", Copy + ", onExisting: replace", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await FoundAsync(corpus), Is.EqualTo(Expected));
    }

    [TestCase("", true, "the target login is none")]
    [TestCase(", include: { schemas: [public] }", false, "is in no schema")]
    public async Task Those_that_cannot_come_are_named_with_the_reason(string mapping, bool isManaged, string reason)
    {
        await using var corpus = await StartAsync(isManaged);

        using var plan = await corpus.RunAsync("plan", Copy + mapping);
        using var apply = await corpus.RunAsync("apply", Copy + mapping, "--auto-approve");

        Assert.That(plan.Output, Does.Contain("subscription other, subscription the feed: ").And.Contain(reason), plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP6210").And.Contain(reason));
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, Database, "SELECT count(*) FROM pg_subscription"), Is.Zero);
        AssertNoSecret(corpus, plan, apply);
    }

    private static async Task<string> FoundAsync(CorpusMigration corpus) => await Sql.ScalarAsync<string>(corpus.Target, Database, Found);

    private static async Task<CorpusMigration> StartAsync(bool isManaged)
    {
        var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        foreach (var statement in Subscribed.Split('\n'))
        {
            await corpus.PsqlAsync(corpus.Source, Database, statement);
        }

        if (isManaged)
        {
            await corpus.PsqlAsync(corpus.Source, Database, "ALTER TABLE t OWNER TO master_src");
        }

        return corpus;
    }

    private static void AssertNoSecret(CorpusMigration corpus, params MigplanProcess[] outputs)
    {
        var files = Directory.EnumerateFiles(corpus.StateDirectory, "*", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes)
            .Select(System.Text.Encoding.Latin1.GetString);
        foreach (var text in files.Concat(outputs.Select(output => output.ToString())))
        {
            Assert.That(text, Does.Not.Contain("top secret").And.Not.Contain("hidden"));
        }
    }
}
