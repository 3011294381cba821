using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class ArchiveAssemblyTests
{
    private const string Grant = "GRANT USAGE ON SCHEMA \"public\" TO \"reader\";";

    private static readonly DatabaseMapping Mapping = new() { From = new("old", "shop"), To = new("new", "shop"), Path = "databases[0]" };

    /// <summary>On the target it belongs to whoever owns the database.</summary>
    [TestCase(14, "postgres", false)]
    [TestCase(14, "app", true)]
    [TestCase(15, "postgres", true)]
    public void Grants_on_public_are_given_in_its_owners_name_only_where_somebody_chose_that_owner(int sourceMajor, string owner, bool isAsOwner)
    {
        var source = new SourceTraits(sourceMajor, [], HasPublic: true, sourceMajor < 15 ? "postgres" : "pg_database_owner");

        var archive = ArchiveAssembly.Assemble([EntryOf("ACL", "SCHEMA \"public\"", owner, Grant)], Mapping, source, TargetOf(16));

        Assert.That(archive.Entries.Single().Sql, isAsOwner ? Does.Contain($"r.rolname OPERATOR(pg_catalog.=) '{owner}'").And.Contain(Grant) : Is.EqualTo(Grant));
    }

    private static TargetTraits TargetOf(int major) => new(major, IsSuperuser: false, PublicIsFixed: false, ["pg_default"]);

    private static SchemaEntry EntryOf(string kind, string tag, string owner, string sql) =>
        new() { Id = 1, Kind = kind, Tag = tag, Owner = owner, Section = SchemaSection.PostData, Sql = sql, Digest = SchemaEntry.DigestOf(kind, schema: null, tag, sql) };
}
