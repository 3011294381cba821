using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class CopyLargeObjectTests
{
    private const string Contents =
        """
        SELECT string_agg(concat_ws(' ', oid, pg_get_userbyid(lomowner), lomacl, md5(lo_get(oid)), obj_description(oid, 'pg_largeobject')), E'\n' ORDER BY oid)
        FROM pg_largeobject_metadata
        """;

    [Test]
    public async Task Large_objects_arrive_with_oid_owner_grants_and_comment()
    {
        await using var copy = await CopyHarness.CreateAsync("SELECT 1");
        await copy.OnSourceAsync("CREATE ROLE lo_owner; CREATE ROLE lo_reader");
        await copy.OnTargetAsync("CREATE ROLE lo_owner; CREATE ROLE lo_reader");
        await copy.OnSourceAsync(
            """
            SELECT lo_from_bytea(0, convert_to('small ' || i, 'UTF8')) FROM generate_series(1, 1200) i;
            SELECT lo_from_bytea(90001, ''), lo_from_bytea(90002, convert_to(repeat('0123456789', 500000), 'UTF8')), lo_from_bytea(90003, 'gaps');
            SELECT lo_put(90003, 3000000, 'end');
            ALTER LARGE OBJECT 90001 OWNER TO lo_owner;
            GRANT SELECT ON LARGE OBJECT 90001 TO lo_reader WITH GRANT OPTION;
            GRANT UPDATE ON LARGE OBJECT 90001 TO PUBLIC;
            REVOKE UPDATE ON LARGE OBJECT 90002 FROM CURRENT_USER;
            COMMENT ON LARGE OBJECT 90002 IS 'it''s \ digits';
            """);

        await copy.CopyAsync();

        Assert.That(await copy.TargetAsync<string>(Contents), Is.EqualTo(await copy.SourceAsync<string>(Contents)));
        Assert.That((await copy.ObserveAsync()).IsDone, Is.True);
        await copy.OnSourceAsync("SELECT lo_put(90001, 0, 'later'), lo_unlink(90003)");
        await copy.CopyAsync();
        Assert.That(await copy.TargetAsync<string>(Contents), Is.EqualTo(await copy.SourceAsync<string>(Contents)));
        await copy.OnSourceAsync("DROP OWNED BY lo_owner, lo_reader; DROP ROLE lo_owner, lo_reader");
        await copy.OnTargetAsync("DROP OWNED BY lo_owner, lo_reader; DROP ROLE lo_owner, lo_reader");
    }

    [Test]
    public async Task A_mapping_of_a_part_leaves_them_behind_and_says_so()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE t (a int)");
        copy.Mapping = copy.Mapping with { Include = new Selection { Schemas = ["public"] } };
        await copy.OnSourceAsync("SELECT lo_from_bytea(0, 'x')");

        var result = await copy.CopyAsync();

        Assert.That(result.Notes.Single().Code, Is.EqualTo("MP6104"));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_largeobject_metadata"), Is.Zero);
    }
}
