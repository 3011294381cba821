using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Memberships that a login takes for a run end with the last database that needs them, whatever happens in between.</summary>
public sealed class TemporaryMembershipTests
{
    private const string MembershipsSql = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'master_tgt'";

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
            await corpus.PsqlAsync(corpus.Target, "corpus_two", "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
            await corpus.PsqlAsync(corpus.Source, "corpus_two", "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
        }

        using var second = await corpus.RunAsync(isRolledBack ? "rollback" : "apply", "", "--auto-approve");

        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", MembershipsSql), Is.Zero);
    }

    [Test]
    public async Task Notes_of_memberships_move_from_one_ledger_to_another_and_are_taken_back_there()
    {
        string[] databases = ["memberships_one", "memberships_two"];
        foreach (var database in databases)
        {
            await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database}");
        }

        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE lent; GRANT lent TO CURRENT_USER");
        await using var one = await Sql.OpenAsync(TestServers.Target, databases[0]);
        await using var two = await Sql.OpenAsync(TestServers.Target, databases[1]);
        await TargetLedger.EnsureAsync(one, "test", CancellationToken.None);
        await TargetLedger.EnsureAsync(two, "test", CancellationToken.None);
        await TargetLedger.RecordEntriesAsync(one, ["temporary-member:lent"], CancellationToken.None);
        var (first, second) = (new TemporaryGrants(one, "one"), new TemporaryGrants(two, "two"));

        await first.HandOverAsync(two, CancellationToken.None);

        Assert.That(await first.HasMembershipsAsync(CancellationToken.None), Is.False);
        Assert.That(await second.HasMembershipsAsync(CancellationToken.None), Is.True);
        await second.LeaveOwnersAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<long>(one, "SELECT count(*) FROM pg_auth_members WHERE roleid = 'lent'::regrole"), Is.Zero);
    }

    /// <summary>An index that can be built on the source only.</summary>
    private static string Failing(int port) =>
        $"""
        CREATE TABLE t (id int); INSERT INTO t VALUES (1); ALTER TABLE t OWNER TO corpus_boss;
        CREATE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF inet_server_port() = {port} THEN RAISE EXCEPTION 'not here'; END IF; RETURN $1; END $$;
        ALTER FUNCTION picky(int) OWNER TO master_src; CREATE INDEX ON t (picky(id));
        """;
}
