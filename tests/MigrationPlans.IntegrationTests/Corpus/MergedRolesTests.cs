using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Roles of the source that are one on the target: it has the rights of all, and where it owns something needs none.</summary>
public sealed class MergedRolesTests
{
    private const string Merged = ", roles: { map: { corpus_ro: corpus_app, corpus_owner: corpus_app, corpus_a: corpus_x, corpus_b: corpus_x } }";

    private const string Source =
        """
        CREATE ROLE corpus_owner; CREATE ROLE corpus_ro IN ROLE corpus_owner; CREATE ROLE corpus_a; CREATE ROLE corpus_b;
        CREATE SCHEMA app AUTHORIZATION corpus_owner; GRANT USAGE ON SCHEMA app TO corpus_ro, corpus_a; GRANT CREATE ON SCHEMA app TO corpus_b;
        SET ROLE corpus_owner;
        CREATE TABLE app.t (id serial PRIMARY KEY, n int, m int); INSERT INTO app.t (n) VALUES (1); CREATE TYPE app.mood AS ENUM ('x'); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        GRANT SELECT ON app.t TO corpus_ro WITH GRANT OPTION; GRANT INSERT ON app.t TO corpus_a; GRANT INSERT, DELETE ON app.t TO corpus_b WITH GRANT OPTION; GRANT UPDATE (n) ON app.t TO corpus_ro, corpus_a; GRANT UPDATE (m) ON app.t TO corpus_b;
        GRANT USAGE ON TYPE app.mood TO corpus_ro; GRANT EXECUTE ON FUNCTION app.f() TO corpus_ro, corpus_b; GRANT USAGE ON SEQUENCE app.t_id_seq TO corpus_ro, corpus_a;
        CREATE POLICY p ON app.t TO corpus_ro, corpus_owner, corpus_a USING (true);
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO corpus_ro; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO corpus_ro;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO corpus_a, corpus_b; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO corpus_b WITH GRANT OPTION;
        RESET ROLE;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO corpus_a, corpus_b; ALTER DEFAULT PRIVILEGES FOR ROLE corpus_a GRANT UPDATE ON TABLES TO corpus_ro; ALTER DEFAULT PRIVILEGES FOR ROLE corpus_b GRANT DELETE ON TABLES TO corpus_ro;
        GRANT CREATE ON DATABASE corpus_merged TO corpus_ro, corpus_a;
        """;

    private static readonly (string Sql, string Found)[] Losses =
    [
        ("REVOKE INSERT ON app.t FROM corpus_x", "grant app.t to corpus_x"),
        ("REVOKE UPDATE (m) ON app.t FROM corpus_x", "grant app.t.m to corpus_x"),
        ("REVOKE EXECUTE ON FUNCTION app.f() FROM corpus_x", "grant app.f() to corpus_x"),
        ("REVOKE CREATE ON SCHEMA app FROM corpus_x", "grant schema app to corpus_x"),
        ("ALTER DEFAULT PRIVILEGES FOR ROLE corpus_app GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "default privileges for functions of corpus_app to PUBLIC"),
        (
            "ALTER DEFAULT PRIVILEGES FOR ROLE corpus_app REVOKE USAGE ON SEQUENCES FROM corpus_x",
            "default privileges for sequences of corpus_app to corpus_x: SELECT,USAGE* on the source, SELECT on the target"),
        (
            "ALTER DEFAULT PRIVILEGES FOR ROLE corpus_app IN SCHEMA app REVOKE INSERT ON TABLES FROM corpus_app",
            "default privileges for tables in app of corpus_app to corpus_app"),
        ("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM corpus_x", "default privileges for tables of migplan to corpus_x"),
        (
            "ALTER DEFAULT PRIVILEGES FOR ROLE corpus_x REVOKE UPDATE ON TABLES FROM corpus_app",
            "default privileges for tables of corpus_x to corpus_app: DELETE,UPDATE on the source, DELETE on the target"),
    ];

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task They_are_compared_as_the_one_that_they_become(string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_merged", isManaged: false) { HasOwnRoles = true };
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_merged", Source);

        using var apply = await corpus.RunAsync("apply", $"{Merged}, strategy: {strategy}", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_merged", string.Join("; ", Losses.Select(loss => loss.Sql)));
        using var verify = await corpus.RunAsync("verify", $"{Merged}, strategy: {strategy}");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            Losses.Where(loss => !verify.Output.Contains(loss.Found, StringComparison.Ordinal)).Select(loss => loss.Found),
            Is.Empty,
            verify.ToString());
    }
}
