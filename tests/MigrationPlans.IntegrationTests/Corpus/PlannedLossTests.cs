using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What can't come along is in the plan, object by object, before anything is done.</summary>
public sealed class PlannedLossTests
{
    private const string Mighty =
        """
        CREATE FUNCTION leak(int) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'; CREATE TYPE shell; CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON sql_drop EXECUTE FUNCTION on_ddl();
        SELECT lo_from_bytea(5000001, 'secret'); CREATE TABLE owned (id int);
        """;

    private const string Foreign =
        """
        CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.test'); CREATE ROLE corpus_user; CREATE USER MAPPING FOR corpus_user SERVER far OPTIONS (user 'u', password 'p');
        CREATE TABLE parent (a int); CREATE TABLE child (b int, a int); ALTER TABLE child INHERIT parent; ALTER TABLE parent OWNER TO master_src; ALTER TABLE child OWNER TO master_src;
        """;

    [Test]
    public async Task Objects_that_only_a_superuser_can_carry_are_errors_of_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Mighty);

        using var plan = await corpus.RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Not.Zero, plan.ToString());
        Assert.That(plan.Error, Does.Contain("MP4091").And.Contain("1 large object of the source"));
        Assert.That(plan.Error, Does.Contain("MP4092").And.Contain("event trigger watch, function public.leak(integer), type public.shell"));
        Assert.That(plan.Error, Does.Contain("MP4094").And.Contain("migplan"));
    }

    [Test]
    public async Task What_arrives_otherwise_is_noted_in_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Foreign);

        using var plan = await corpus.RunAsync("plan", ", include: { schemas: [public] }");

        Assert.That(plan.Output, Does.Contain("options of user mapping far for corpus_user"), plan.ToString());
        Assert.That(plan.Output, Does.Contain("table public.child: its columns come in another order"));
    }
}
