using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Memberships that a login takes for a run end with the last database that needs them, whatever happens in between.</summary>
public sealed class TemporaryMembershipTests
{
    /// <summary>That it gave itself: from 16 on, who creates a role is a member of it by the server's own doing.</summary>
    private const string MembershipsSql =
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'master_tgt' AND m.grantor = m.member";

    private const string AllMembershipsSql =
        "SELECT coalesce(string_agg(m::text, ' ' ORDER BY m::text), '') FROM (SELECT roleid::regrole, member::regrole, grantor::regrole, to_jsonb(a) - 'oid' AS options FROM pg_auth_members a) m";

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_database_that_is_done_leaves_them_to_one_that_is_not(bool isRolledBack)
    {
        await using var corpus = new CorpusMigration("corpus_one", isManaged: true) { Others = ["corpus_two"] };
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src");
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE DATABASE corpus_two OWNER master_src");
        await corpus.PsqlAsync(corpus.Source, "corpus_one", "CREATE TABLE t (id int); ALTER TABLE t OWNER TO corpus_boss");
        await corpus.PsqlAsync(corpus.Source, "corpus_two", Failing(corpus.Target.Port));

        using var first = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(first.ExitCode, Is.EqualTo(7), first.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_one", "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.True);
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", MembershipsSql), Is.EqualTo(1));

        if (!isRolledBack)
        {
            await corpus.PsqlAsync(
                corpus.Target,
                "corpus_two",
                "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
            await corpus.PsqlAsync(
                corpus.Source,
                "corpus_two",
                "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
        }

        using var second = await corpus.RunAsync(isRolledBack ? "rollback" : "apply", "", "--auto-approve");

        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", MembershipsSql), Is.Zero);
    }

    /// <summary>Whether the run made the target database, which goes, or found it empty, so that it stays.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_killed_run_that_is_rolled_back_leaves_none_of_them_and_no_rights(bool isThere)
    {
        await using var corpus = new CorpusMigration("corpus_killed", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            corpus.Target.MajorVersion < 16
                ? "CREATE ROLE corpus_boss"
                : "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_killed",
            "CREATE SCHEMA shop; ALTER SCHEMA shop OWNER TO master_src; CREATE TABLE shop.t AS SELECT generate_series(1, 1000000) AS id; ALTER TABLE shop.t OWNER TO corpus_boss");
        if (isThere)
        {
            await corpus.PsqlAsync(
                corpus.Target,
                "postgres",
                "CREATE DATABASE corpus_killed TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' OWNER master_tgt");
        }

        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        using (var killed = corpus.Begin("apply", "", "--auto-approve"))
        {
            await UntilCopyBeginsAsync(corpus, killed);
            Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.Not.EqualTo(before), "killed while it holds them");
            await killed.KillAsync();
        }

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
        Assert.That(
            await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'corpus_killed')"),
            Is.EqualTo(isThere));
        if (isThere)
        {
            Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_killed", "SELECT has_schema_privilege('corpus_boss', 'shop', 'CREATE')"), Is.False);
        }

        // And all of it can be had once more. What is left of it in a database that was there is nobody's.
        using var again = await corpus.RunAsync("apply", isThere ? ", onExisting: replace" : "", "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_killed", "SELECT count(*) FROM shop.t"), Is.EqualTo(1_000_000));
    }

    /// <summary>
    /// One that lets it hand the role out, or, from 16 on, become it, and no more: createrole_self_grant makes such. The database's owner
    /// is left a member of too, for its properties and for dropping it.
    /// </summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_membership_that_the_login_had_before_is_as_it_was_after_a_run_and_its_rollback(bool isKilled)
    {
        await using var corpus = new CorpusMigration("corpus_kept", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src; ALTER DATABASE corpus_kept OWNER TO corpus_boss");
        await corpus.PsqlAsync(corpus.Target, "postgres", corpus.Target.MajorVersion < 16
            ? "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_tgt WITH ADMIN OPTION"
            : "SET SESSION AUTHORIZATION master_tgt; SET createrole_self_grant = 'set'; CREATE ROLE corpus_boss");
        await corpus.PsqlAsync(corpus.Source, "corpus_kept", "CREATE TABLE t AS SELECT generate_series(1, 1000000) AS id; ALTER TABLE t OWNER TO corpus_boss");
        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        if (isKilled)
        {
            using var killed = corpus.Begin("apply", "", "--auto-approve");
            await UntilCopyBeginsAsync(corpus, killed);
            await killed.KillAsync();
        }

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    /// <summary>Such a membership gives nothing of what an owner may do, dropping the database least of all.</summary>
    [Test]
    public async Task A_membership_through_a_role_that_does_not_inherit_is_not_enough_to_roll_back()
    {
        await using var corpus = new CorpusMigration("corpus_through", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src; ALTER DATABASE corpus_through OWNER TO corpus_boss");
        var mayGrant = corpus.Target.MajorVersion < 16 ? "" : "; GRANT corpus_boss TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"CREATE ROLE corpus_boss; CREATE ROLE corpus_bare NOINHERIT; GRANT corpus_boss TO corpus_bare; GRANT corpus_bare TO master_tgt{mayGrant}");
        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    private static async Task UntilCopyBeginsAsync(CorpusMigration corpus, MigplanProcess apply)
    {
        var files = new LocalStateFiles(Path.Combine(corpus.StateDirectory, "corpus"), TimeProvider.System);
        while (!apply.HasExited)
        {
            var state = await StateStore.PeekAsync(files, CancellationToken.None);
            if (state?.Steps.Any(step => step.Status == StepStatus.Running && step.Id.EndsWith(":copy-data", StringComparison.Ordinal)) == true)
            {
                return;
            }

            await Task.Delay(5);
        }

        Assert.Fail($"ended too early: {apply}");
    }

    /// <summary>An index that can be built on the source only.</summary>
    private static string Failing(int port) =>
        $"""
        CREATE TABLE t (id int); INSERT INTO t VALUES (1); ALTER TABLE t OWNER TO corpus_boss;
        CREATE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF inet_server_port() = {port} THEN RAISE EXCEPTION 'not here'; END IF; RETURN $1; END $$;
        ALTER FUNCTION picky(int) OWNER TO master_src; CREATE INDEX ON t (picky(id));
        """;
}
