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

        Assert.That(
            archive.Entries.Single().Sql,
            isAsOwner ? Does.Contain($"r.rolname OPERATOR(pg_catalog.=) '{owner}'").And.Contain(Grant) : Is.EqualTo(Grant));
    }

    [TestCase(17)]
    [TestCase(16)]
    public void A_childs_own_expression_is_set_where_the_target_knows_how_and_named_elsewhere(int targetMajor)
    {
        const string Create = "CREATE TABLE \"s\".\"child\" (\n)\nINHERITS (\"s\".\"parent\");";
        var source = new SourceTraits(17, [], HasPublic: true, "pg_database_owner")
        {
            ChildColumns =
            [
                new(20, "\"s\".\"child\"", "\"b\"", "SET EXPRESSION AS ((a * 5))", Since: 17, Below: null),
                new(21, "\"s\".\"other\"", "\"b\"", "SET EXPRESSION AS ((a * 6))", Since: 17, Below: null),
            ],
        };
        var table = EntryOf("TABLE", "child", "app", Create) with { Schema = "s", ObjectOid = 20, Section = SchemaSection.PreData };

        var archive = ArchiveAssembly.Assemble([table], Mapping, source, TargetOf(targetMajor));

        var set = targetMajor >= 17 ? $"{Create}\nALTER TABLE ONLY \"s\".\"child\" ALTER COLUMN \"b\" SET EXPRESSION AS ((a * 5));" : Create;
        Assert.That(archive.Entries.Single().Sql, Is.EqualTo(set));
        Assert.That(archive.Entries.Single().Digest, Is.EqualTo(targetMajor >= 17 ? SchemaEntry.DigestOf("TABLE", "s", "child", set) : table.Digest));
        Assert.That(
            archive.Notes.Select(note => note.Message),
            targetMajor >= 17 ? Is.Empty : Has.One.Contains("SET EXPRESSION AS ((a * 5)) of column \"s\".\"child\".\"b\"").And.None.Contains("other"));
    }

    [TestCase(17, ExpectedResult = true)]
    [TestCase(18, ExpectedResult = false)]
    public bool NOT_NULL_of_a_parent_is_dropped_where_the_target_does_not_inherit_it(int targetMajor) =>
        new ChildColumn(20, "s.child", "b", "DROP NOT NULL", Since: 12, Below: 18).CanBeSaidTo(targetMajor);

    private static TargetTraits TargetOf(int major) => new(major, IsSuperuser: false, PublicIsFixed: false, ["pg_default"]);

    private static SchemaEntry EntryOf(string kind, string tag, string owner, string sql) =>
        new()
        {
            Id = 1,
            Kind = kind,
            Tag = tag,
            Owner = owner,
            Section = SchemaSection.PostData,
            Sql = sql,
            Digest = SchemaEntry.DigestOf(kind, schema: null, tag, sql),
        };
}
