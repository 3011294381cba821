using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Jobs of pg_cron, which starts whatever is active in its table; here a table alone stands for it.</summary>
[NonParallelizable]
[Explicit("The checks ask for pg_cron in shared_preload_libraries (MP4069), which a stand-in can't be.")]
public sealed class CronJobTests
{
    /// <summary>As pg_cron makes it. Run details refuse to come while a job is awake: that would be run on what is half there.</summary>
    private const string Cron =
        """
        CREATE SCHEMA cron; GRANT USAGE ON SCHEMA cron TO PUBLIC; CREATE SEQUENCE cron.jobid_seq; CREATE SEQUENCE cron.runid_seq;
        CREATE TABLE cron.job (jobid bigint PRIMARY KEY DEFAULT nextval('cron.jobid_seq'), command text, username text DEFAULT current_user, active boolean NOT NULL DEFAULT true);
        ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY; CREATE POLICY cron_job_policy ON cron.job USING (username = current_user); GRANT SELECT ON cron.job TO PUBLIC;
        CREATE TABLE cron.job_run_details (runid bigint PRIMARY KEY DEFAULT nextval('cron.runid_seq'), jobid bigint);
        CREATE FUNCTION cron.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM cron.job WHERE active) THEN RAISE 'a job is awake'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON cron.job_run_details FOR EACH ROW EXECUTE FUNCTION cron.refuse();
        SELECT pg_catalog.pg_extension_config_dump('cron.job', ''); SELECT pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
        SELECT pg_catalog.pg_extension_config_dump('cron.job_run_details', ''); SELECT pg_catalog.pg_extension_config_dump('cron.runid_seq', '');
        """;

    [Test]
    public async Task Jobs_sleep_until_all_is_there_and_those_that_are_awake_on_the_source_wake_then([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_cron", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.StandInAsync(corpus.Source, "pg_cron", isTrusted: false, Cron);
        await corpus.PsqlAsync(corpus.Source, "corpus_cron", """
            CREATE EXTENSION pg_cron; INSERT INTO cron.job_run_details SELECT FROM generate_series(1, 3); INSERT INTO cron.job (command, active) VALUES ('VACUUM', true), ('ANALYZE', false); CREATE TABLE t (id int);
            """);

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP6255").And.Contain("1 job"));
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_cron", "SELECT string_agg(command || ' ' || active, ',' ORDER BY jobid) FROM cron.job"), Is.EqualTo("VACUUM true,ANALYZE false"));
        Assert.That(await corpus.DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task Without_jobs_a_login_that_does_not_own_the_extension_needs_no_right_to_its_tables([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_jobless", isManaged: true);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.StandInAsync(corpus.Source, "pg_cron", isTrusted: true, Cron);
        await corpus.PsqlAsync(corpus.Source, "corpus_jobless", "ALTER ROLE master_src NOBYPASSRLS; SET ROLE master_src; CREATE EXTENSION pg_cron; CREATE TABLE t (id int)");

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }
}
