using System.Globalization;
using System.Text;
using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Checksums, value by value: between servers whose settings print everything otherwise, an exact copy must be found equal, and one
/// value that is changed to the next best must be found, by its key. Servers compare many of these pairs as equal.
/// </summary>
public sealed class VerifyExactnessTests
{
    private const string Types =
        """
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN mood_domain AS mood; CREATE DOMAIN blob AS bytea; CREATE DOMAIN small AS int CHECK (VALUE < 100); CREATE DOMAIN stamp AS timestamptz;
        CREATE TYPE pair AS (a numeric, b text); CREATE DOMAIN pair_domain AS pair; CREATE DOMAIN labels AS text[]; CREATE DOMAIN doc AS xml; CREATE DOMAIN docs AS xml[]; CREATE TYPE span AS RANGE (SUBTYPE = float8);
        CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        """;

    /// <summary>A column's type, a value of it, and another that must not pass for the same.</summary>
    private static readonly (string Type, string Value, string Other)[] Pairs =
    [
        ("bool", "true", "false"),
        ("int2", "-32768", "32767"),
        ("int4", "1", "-1"),
        ("int8", "9223372036854775807", "-9223372036854775808"),
        ("oid", "4294967295", "4294967294"),
        ("float8", "'-0'", "'0'"),
        ("float8", "'NaN'", "'Infinity'"),
        ("float8", "'Infinity'", "'-Infinity'"),
        ("float8", "0.1::float8 + 0.2", "0.3"),
        ("float8", "5e-324", "0"),
        ("float4", "'-0'", "0"),
        ("float4", "1.1", "1.1000001"),
        ("numeric", "1.0", "1.00"),
        ("numeric", "'NaN'", "0"),
        ("numeric", "1e-1000", "1e-1001"),
        ("numeric(6,2)", "1", "1.01"),
        ("numeric", "'Infinity'", "'-Infinity'"),
        ("money", "1.00", "1.01"),
        ("money", "'-1234.56'", "1234.56"),
        ("text", "''", "NULL"),
        ("text", "'a'", "'A'"),
        ("text", "'a '", "'a'"),
        ("text", "'é'", "'e\u0301'"),
        ("text", "E'\\x01\"\\\\\\t\\r\\n,()'", "E'\\x01\"\\\\\\t\\n,()'"),
        ("text COLLATE any_case", "'a'", "'A'"),
        ("varchar(9) COLLATE any_case", "'ä'", "'Ä'"),
        ("varchar", "'a '", "'a'"),
        ("bpchar", "'a '", "'a'"),
        ("char(3)", "'a'", "'b'"),
        ("name", "'n'", "'m'"),
        ("\"char\"", "'x'", "'y'"),
        ("bytea", "'\\x00'", "''"),
        ("bytea", "''", "NULL"),
        ("bytea", "'\\x5c'", "'\\x5c5c'"),
        ("blob", "'\\x00ff'", "'\\x00fe'"),
        ("bytea[]", "'{\"\\\\x00\"}'", "'{\"\\\\x\"}'"),
        ("date", "'infinity'", "'-infinity'"),
        ("date", "'0044-03-15 BC'", "'0044-03-15'"),
        ("date", "'2024-03-04'", "'2024-04-03'"),
        ("timestamp", "'infinity'", "'-infinity'"),
        ("timestamp", "'4713-01-01 00:00 BC'", "'4713-01-01 00:00'"),
        ("timestamp", "'294276-12-31 23:59:59.999999'", "'294276-12-31 23:59:59.999998'"),
        ("timestamptz", "'2024-03-31 01:30+00'", "'2024-03-31 02:30+00'"),
        ("timestamptz", "'infinity'", "'-infinity'"),
        ("timestamptz", "'0001-01-01 00:00+00 BC'", "'0001-01-01 00:00+00'"),
        ("stamp", "'2024-01-01 00:00:00.000001+00'", "'2024-01-01+00'"),
        ("time", "'24:00'", "'00:00'"),
        ("timetz", "'01:00+01'", "'00:00+00'"),
        ("interval", "'1 mon'", "'30 days'"),
        ("interval", "'1 day'", "'24:00'"),
        ("interval", "'-1 mon +2 days -00:00:00.000001'", "'-1 mon +2 days -00:00:00.000002'"),
        ("interval(0)", "'00:00:01'", "'00:00:02'"),
        ("json", "'{\"a\":1}'", "'{\"a\": 1}'"),
        ("json", "'{\"a\":1,\"a\":2}'", "'{\"a\":2}'"),
        ("jsonb", "'[1.0]'", "'[1.00]'"),
        ("jsonb", "'null'", "NULL"),
        ("jsonpath", "'$.a'", "'$.b'"),
        ("xml", "'<a/>'", "'<a></a>'"),
        ("xml", "'<?xml version=\"1.0\"?><a/>'", "'<a/>'"), ("doc", "'<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>é</a>'", "'<a>é</a>'"),
        ("xml[]", "ARRAY['<?xml version=\"1.0\"?><a/>'::xml, NULL]", "ARRAY['<a/>'::xml, NULL]"),
        ("docs", "ARRAY['<?xml version=\"1.0\"?><a/>'::xml]", "ARRAY['<a/>'::xml]"),
        ("tsquery", "''", "'a'"),
        ("oidvector", "''", "'1 2'"),
        ("int2vector", "''", "'-1'"),
        ("int2vector[]", "ARRAY[''::int2vector]", "ARRAY['1'::int2vector]"),
        ("int[]", "'[2:3]={1,2}'", "'{1,2}'"),
        ("int[]", "'{}'", "NULL"),
        ("int[]", "'{{1,2}}'", "'{1,2}'"),
        ("numeric[]", "'{1.0}'", "'{1.00}'"),
        ("float8[]", "'{-0,NaN}'", "'{0,NaN}'"),
        ("text[]", "'{NULL}'", "'{\"NULL\"}'"),
        ("text[]", "'{\"a,b\"}'", "'{a,b}'"),
        ("mood[]", "'{sad}'", "'{ok}'"),
        ("labels", "'{a,NULL}'", "'{a,\"\"}'"),
        ("date[]", "'[0:0]={infinity}'", "'{infinity}'"),
        ("pair", "'(1.0,)'", "'(1.00,)'"),
        ("pair", "'(1,)'", "'(1,\"\")'"),
        ("pair", "'(,)'", "NULL"),
        ("pair_domain", "'(1,x)'", "'(1,X)'"),
        ("pair[]", "'{\"(1.0,a)\"}'", "'{\"(1.00,a)\"}'"),
        ("mood", "'sad'", "'ok'"),
        ("mood_domain", "'ok'", "'sad'"),
        ("small", "1", "2"),
        ("numrange", "'[1,2]'", "'[1,2)'"),
        ("numrange", "'[1.0,2)'", "'[1.00,2)'"),
        ("int4range", "'empty'", "'(,)'"),
        ("tstzrange", "'[2024-01-01 00:00+00,infinity]'", "'[2024-01-01 00:00+00,)'"),
        ("nummultirange", "'{[1.0,2)}'", "'{[1.00,2)}'"),
        ("span", "'[-0,1]'", "'[0,1]'"),
        ("bit(3)", "B'101'", "B'100'"),
        ("varbit", "B'1'", "B'10'"),
        ("varbit", "B''", "B'0'"),
        ("point", "'(0,-0)'", "'(0,0)'"),
        ("path", "'((1,1),(2,2))'", "'[(1,1),(2,2)]'"),
        ("polygon", "'((0,0),(1,1),(1,0))'", "'((1,1),(1,0),(0,0))'"),
        ("circle", "'<(0,0),1>'", "'<(0,0),1.0000000001>'"),
        ("box", "'(1,1),(0,0)'", "'(1,1),(0,-0)'"),
        ("inet", "'10.0.0.1/8'", "'10.0.0.1'"),
        ("cidr", "'10.0.0.0/8'", "'10.0.0.0/9'"),
        ("macaddr", "'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"),
        ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'"),
        ("pg_lsn", "'0/1'", "'1/0'"),
        ("xid8", "'1'", "'2'"),
        ("tsvector", "'a:1A'", "'a:1'"),
        ("tsquery", "'a & b'", "'b & a'"),
        ("regclass", "'pg_class'", "'pg_proc'"),
        ("regtype", "'mood'", "'pair'"),
        ("tid", "'(0,1)'", "'(0,2)'"),
    ];

    /// <summary>Table, columns, rows, a change, and the key that is to be found; no key where the table has none.</summary>
    private static readonly (string Name, string Columns, string Rows, string Change, string? Key)[] Tables =
    [
        ("boundaries", "id int PRIMARY KEY, a text, b text", "(1, 'ab', 'c'), (2, 'x', NULL)", "a = 'a', b = 'bc' WHERE id = 1", "1"),
        ("commas", "id int PRIMARY KEY, a text, b text", "(1, 'a,b', ''), (2, 'x', NULL)", "a = 'a', b = 'b' WHERE id = 1", "1"),
        ("nulls_move", "id int PRIMARY KEY, a text, b text", "(1, 'x', NULL)", "a = NULL, b = 'x' WHERE id = 1", "1"),
        ("null_ints_move", "id int PRIMARY KEY, a int, b int", "(1, 7, NULL)", "a = NULL, b = 7 WHERE id = 1", "1"),
        ("ints_swap", "id int PRIMARY KEY, a int, b int", "(1, 1, 2), (2, 2, 1), (3, 5, 5)", "a = b, b = a WHERE id = 1", "1"),
        ("zero_or_null", "id int PRIMARY KEY, a int, b timestamptz, c text", "(1, 0, NULL, ''), (2, NULL, NULL, NULL)", "a = NULL WHERE id = 1", "1"),
        (
            "rows_exchange",
            "id int PRIMARY KEY, a int, b text",
            "(1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three')",
            "b = CASE id WHEN 1 THEN 'two' ELSE 'one' END WHERE id < 3",
            "1 2"),
        ("keyless", "a int, b text", "(1, 'x'), (1, 'x'), (1, 'x'), (2, NULL)", "a = 2 WHERE ctid = '(0,1)'", null),
        ("keyless_once_more", "a text", "('x'), ('x'), ('y'), ('y')", "a = 'x' WHERE ctid = '(0,3)'", null),
        ("text_key", "a text COLLATE any_case PRIMARY KEY, b int", "('Key', 1), ('other', 2)", "b = 3 WHERE a = 'key'", "Key"),
        (
            "as_text",
            "id int PRIMARY KEY, r regclass, a text[], f float8, g float4",
            "(1, 'pg_class', '{NULL,x}', 'Infinity'::float8 - 'Infinity', 'Infinity'::float4 - 'Infinity'), (2, NULL, '{}', 'NaN', '-0')",
            "a = '{\"NULL\",x}' WHERE id = 1",
            "1"),
        ("halves", "id bigint PRIMARY KEY, a bigint, b timestamptz", "(1, 1, NULL), (2, 4294967296, '2024-01-01')", "a = 4294967296 WHERE id = 1", "1"),
        ("odd_names", "\"a b\"\"c\" int PRIMARY KEY, \"é\" numeric, t text", "(1, 1.50, 't'), (2, 2, 't')", "\"é\" = 1.5 WHERE \"a b\"\"c\" = 1", "1"),
        (
            "all_kinds",
            "id bigint PRIMARY KEY, a int, b text, c timestamptz, d numeric, e bytea, f mood, g uuid, h float8, i date",
            "(1, 1, 'x', '2024-01-01', 1.0, '\\x00', 'ok', NULL, 'NaN', NULL), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
            "d = 1 WHERE id = 1",
            "1"),
        (
            "long_text",
            "id int PRIMARY KEY, a text",
            "(1, repeat('long ', 40000000)), (2, 'short')",
            "a = overlay(a placing '!' from 199999999) WHERE id = 1",
            "1"),
        (
            "long_bytea",
            "id int PRIMARY KEY, a bytea",
            "(1, decode(repeat('00ff', 100000000), 'hex')), (2, '')",
            "a = set_byte(a, 199999999, 1) WHERE id = 1",
            "1"),
        (
            "long_composite",
            "id int PRIMARY KEY, a pair, n int",
            "(1, ROW(1, repeat('\"', 1000000))::pair, 1)",
            "a = ROW(1.0, repeat('\"', 1000000))::pair WHERE id = 1",
            "1"),
    ];

    private OwnServers servers = null!;

    private LocalCluster Source => servers.Source;

    private LocalCluster Target => servers.Target;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync(
        source: ["datestyle = 'SQL, DMY'", "intervalstyle = 'iso_8601'", "bytea_output = 'escape'", "timezone = 'Asia/Kathmandu'", "extra_float_digits = -4", "xmloption = 'document'", "client_encoding = 'LATIN1'", "default_toast_compression = 'lz4'", "array_nulls = off"],
        target: ["datestyle = 'German, MDY'", "intervalstyle = 'sql_standard'", "timezone = 'America/New_York'", "extra_float_digits = 0", "quote_all_identifiers = on", "array_nulls = off", "transform_null_equals = on", "default_transaction_isolation = 'serializable'", "enable_seqscan = off"]);

    [OneTimeTearDown]
    public async Task TakeDownAsync() => await servers.DisposeAsync();

    [Test]
    public async Task An_exact_copy_is_found_equal_and_the_nearest_other_value_is_found()
    {
        await Sql.RunAsync(Source, "postgres", "CREATE DATABASE exact");
        await Sql.RunAsync(Source, "exact", $"SET datestyle = 'ISO'; SET array_nulls = on; SET xmloption = 'content'; {Types}{Filling()}");
        await ApplyAsync("exact");

        await Sql.RunAsync(Target, "exact", $"SET datestyle = 'ISO'; SET xmloption = 'content'; {Corruption()}");
        using var verify = await RunAsync("verify", "exact", "--format", "json");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        var found = Differences(verify.Output);
        var wanted = Pairs.Select((pair, i) => (Name: Name(pair, i), Key: (string?)"3")).Concat(Tables.Select(table => (table.Name, table.Key)));
        Assert.That(found.Order(StringComparer.Ordinal), Is.EqualTo(wanted.Select(table => $"{table.Name}: {table.Key}").Order(StringComparer.Ordinal)));
    }

    [TestCase("LATIN1")]
    public async Task A_target_of_another_encoding_holds_the_same_text(string encoding)
    {
        var database = $"encoded_{encoding.ToLowerInvariant()}";
        await Sql.RunAsync(Source, "postgres", $"CREATE DATABASE {database} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'");
        await Sql.RunAsync(Target, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(
            Source,
            database,
            "CREATE TABLE words (word text PRIMARY KEY, n int, alike numeric, long text); INSERT INTO words VALUES ('café', 1, 1.0, repeat('é', 100000)), ('naïve', 2, NULL, ''), ('plain', 3, 1.0, NULL)");
        await ApplyAsync(database);

        await Sql.RunAsync(Target, database, "UPDATE words SET long = long || 'é' WHERE n = 1");
        using var verify = await RunAsync("verify", database, "--format", "json");

        Assert.That(Differences(verify.Output), Is.EqualTo(new[] { "words: café" }), verify.ToString());
    }

    [Test]
    public async Task A_difference_is_reported_also_where_its_keys_can_not_be_told()
    {
        await Sql.RunAsync(Source, "postgres", "CREATE DATABASE unencoded TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
        await Sql.RunAsync(
            Source,
            "unencoded",
            "CREATE TABLE words (word text PRIMARY KEY, n int); INSERT INTO words VALUES (E'caf\\xe9', 1), ('plain', 2); CREATE TABLE other (id int PRIMARY KEY, n int); INSERT INTO other VALUES (1, 1)");
        await ApplyAsync("unencoded");

        await Sql.RunAsync(Target, "unencoded", "UPDATE words SET n = 3 WHERE n = 1; UPDATE other SET n = 2");
        using var text = await RunAsync("verify", "unencoded");
        using var json = await RunAsync("verify", "unencoded", "--format", "json");

        Assert.That(text.ExitCode, Is.EqualTo(8), text.ToString());
        Assert.That(text.Output, Does.Match(@"public\.words .*which rows is not known: invalid byte sequence").And.Contain("(id) changed 1"), text.ToString());
        Assert.That(Differences(json.Output), Is.EqualTo(new[] { "other: 1", "words: " }), json.ToString());
    }

    [Test]
    public async Task A_row_is_named_by_its_keys_own_text_whatever_casts_there_are()
    {
        await Sql.RunAsync(Source, "postgres", "CREATE DATABASE casts");
        await Sql.RunAsync(Source, "casts", """
            CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE FUNCTION told(mood) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE ''never''; END'; CREATE CAST (mood AS text) WITH FUNCTION told(mood);
            CREATE TABLE felt (m mood PRIMARY KEY, n int); INSERT INTO felt VALUES ('sad', 1), ('ok', 2)
            """);
        await ApplyAsync("casts");

        await Sql.RunAsync(Target, "casts", "UPDATE felt SET n = 3 WHERE m = 'ok'");
        using var json = await RunAsync("verify", "casts", "--format", "json");

        Assert.That(Differences(json.Output), Is.EqualTo(new[] { "felt: ok" }), json.ToString());
    }

    /// <summary>Its quotes are doubled twice, so that its text passes 1 GB; there is no shorter one.</summary>
    [Test]
    public async Task A_row_that_no_server_can_print_is_said_not_to_be_compared()
    {
        await Sql.RunAsync(Source, "postgres", "CREATE DATABASE unprintable");
        await Sql.RunAsync(
            Source,
            "unprintable",
            "CREATE TABLE printable (id int PRIMARY KEY); INSERT INTO printable VALUES (1); CREATE TABLE unprintable (id int PRIMARY KEY, a text[]); INSERT INTO unprintable VALUES (1, ARRAY[repeat('\"', 270000000)])");
        using var apply = await RunAsync("apply", "unprintable", "--auto-approve");

        using var verify = await RunAsync("verify", "unprintable", "--level", "checksums");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.EqualTo(1), verify.ToString());
        Assert.That(verify.Output, Does.Contain("public.unprintable").And.Contain("in one piece"));
    }

    /// <summary>What belongs to an extension is no table of the user's, and its rows still are the tree's.</summary>
    [Test]
    public async Task Rows_of_a_partition_that_an_extension_owns_count_in_its_tree()
    {
        const string schema = "CREATE EXTENSION hstore; CREATE TABLE tree (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE tree_0 PARTITION OF tree FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE tree_1 PARTITION OF tree FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO tree SELECT generate_series(1, 20); ALTER EXTENSION hstore ADD TABLE tree_1";
        foreach (var server in new[] { Source, Target })
        {
            await Sql.RunAsync(server, "postgres", "CREATE DATABASE owned_part");
            await Sql.RunAsync(server, "owned_part", schema);
        }

        using var equal = await RunAsync("verify", "owned_part", "--level", "checksums");
        await Sql.RunAsync(Target, "owned_part", "DELETE FROM tree_1");
        using var lacking = await RunAsync("verify", "owned_part", "--level", "checksums");

        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());
        Assert.That(lacking.ExitCode, Is.EqualTo(8), lacking.ToString());
        Assert.That(lacking.Output, Does.Contain("public.tree"));
    }

    /// <summary>It can't be run where nothing may be written.</summary>
    [Test]
    public async Task A_materialized_view_whose_query_needs_to_write_is_left_out_with_the_reason()
    {
        await Sql.RunAsync(Source, "postgres", "CREATE DATABASE locking");
        await Sql.RunAsync(
            Source,
            "locking",
            "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2); CREATE MATERIALIZED VIEW m AS SELECT id, random() AS n FROM t FOR SHARE");
        using var apply = await RunAsync("apply", "locking", "--auto-approve");

        using var verify = await RunAsync("verify", "locking", "--level", "checksums");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("cannot execute SELECT FOR SHARE in a read-only transaction"));
    }

    private static string Name((string Type, string Value, string Other) pair, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"t{number:D3} {pair.Type}");

    private static string Filling()
    {
        var sql = new StringBuilder();
        foreach (var (pair, i) in Pairs.Select((pair, i) => (pair, i)))
        {
            var name = Name(pair, i).Replace("\"", "\"\"", StringComparison.Ordinal);
            sql.AppendLine(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE \"{name}\" (id int PRIMARY KEY, v {pair.Type}); INSERT INTO \"{name}\" VALUES (1, {pair.Value}), (2, NULL), (3, {pair.Value}), (4, {pair.Other});");
        }

        foreach (var table in Tables)
        {
            sql.AppendLine(CultureInfo.InvariantCulture, $"CREATE TABLE {table.Name} ({table.Columns}); INSERT INTO {table.Name} VALUES {table.Rows};");
        }

        return sql.ToString();
    }

    private static string Corruption()
    {
        var sql = new StringBuilder();
        foreach (var (pair, i) in Pairs.Select((pair, i) => (pair, i)))
        {
            sql.AppendLine(
                CultureInfo.InvariantCulture,
                $"UPDATE \"{Name(pair, i).Replace("\"", "\"\"", StringComparison.Ordinal)}\" SET v = {pair.Other} WHERE id = 3;");
        }

        foreach (var table in Tables)
        {
            sql.AppendLine(CultureInfo.InvariantCulture, $"UPDATE {table.Name} SET {table.Change};");
        }

        return sql.ToString();
    }

    /// <summary>The tables that differ, each with the keys of the rows that are said to have changed.</summary>
    private static List<string> Differences(string json)
    {
        var tables = JsonDocument.Parse(json).RootElement.GetProperty("databases")[0].GetProperty("tables").EnumerateArray();
        return [.. tables.Where(table => !table.GetProperty("isEqual").GetBoolean())
            .Select(table => $"{table.GetProperty("name").GetString()}: {Changed(table)}")];
    }

    private static string Changed(JsonElement table) =>
        table.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Object
            ? string.Join(
                ' ',
                rows.GetProperty("changed").EnumerateArray().Select(key => string.Join(',', key.EnumerateArray().Select(value => value.GetString()))))
            : "";

    /// <summary>Copies, compares by checksums, and compares again.</summary>
    private async Task ApplyAsync(string database)
    {
        using var apply = await RunAsync("apply", database, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        using var verify = await RunAsync("verify", database);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
    }

    private Task<MigplanProcess> RunAsync(string verb, string database, params string[] options) => servers.RunAsync(
        verb,
        servers.WriteManifest(
            database.Replace('_', '-'),
            $"{{ from: source/{database}, to: target/{database}, verify: {(database == "unprintable" ? "none" : "checksums")} }}"),
        options);
}
