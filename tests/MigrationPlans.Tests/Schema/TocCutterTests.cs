using System.Collections.Immutable;
using System.Text;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class TocCutterTests
{
    private const string Script =
        """
        \restrict abcDEF
        -- Started on some day
        SET statement_timeout = 0;

        --
        -- TOC entry 7 (class 1255 OID 70)
        -- Dependencies: 6 6
        -- Name: f(); Type: FUNCTION; Schema: s; Owner: o
        -- Data Pos: 0
        --

        CREATE FUNCTION "s"."f"() RETURNS text LANGUAGE "sql" AS $$
        --
        -- TOC entry 8 (class 1259 OID 80)
        -- Name: t; Type: TABLE; Schema: s; Owner: o
        --
        $$;


        ALTER FUNCTION "s"."f"() OWNER TO o;

        SET default_tablespace = fast;

        SET default_table_access_method = heap;

        --
        -- TOC entry 8 (class 1259 OID 80)
        -- Name: t; Type: TABLE; Schema: x; Owner: y; Type: TABLE; Schema: s; Owner: o; Tablespace: fast
        --

        CREATE TABLE "s"."t; Type: TABLE; Schema: x; Owner: y" ();


        --
        -- TOC entry 9 (class 0 OID 0)
        -- Dependencies: 8
        -- Name: TABLE t; Type: ACL; Schema: s; Owner: o
        --

        GRANT ALL ON TABLE "s"."t" TO PUBLIC;


        --
        -- TOC entry 10 (class 1259 OID 100)
        -- Dependencies: 8
        -- Name: i; Type: INDEX; Schema: s; Owner: o; Tablespace: fast
        --

        CREATE INDEX "i" ON "s"."t" ("a");


        -- Completed on some day

        --
        -- PostgreSQL database dump complete
        --

        \unrestrict abcDEF

        """;

    private const string PreData = "; header\n7; 1255 70 FUNCTION s f() o\n8; 1259 80 TABLE s t; Type: TABLE; Schema: x; Owner: y o\n9; 0 0 ACL s TABLE t o\n";

    private const string PostData = "; header\n10; 1259 100 INDEX s i o\n";

    [Test]
    public void Storage_defaults_before_the_first_entry_are_its_own()
    {
        var entries = Cut(
            """
            SET statement_timeout = 0;
            SET default_tablespace = fast;
            SET default_table_access_method = heap;

            --
            -- TOC entry 8 (class 1259 OID 80)
            -- Name: t; Type: TABLE; Schema: s; Owner: o; Tablespace: fast
            --

            CREATE TABLE "s"."t" ();

            """,
            "8; 1259 80 TABLE s t o\n",
            "");

        Assert.That(entries.Single().Sql, Is.EqualTo("SET default_tablespace = fast;\nSET default_table_access_method = heap;\nCREATE TABLE \"s\".\"t\" ();"));
    }

    [TestCase("99999999999")]
    [TestCase("٣")]
    public void A_line_of_a_body_that_only_looks_like_a_header_is_part_of_it(string id)
    {
        var entries = Cut(Script.Replace("$$;", $"-- TOC entry {id} (class 1 OID 1)\n$$;", StringComparison.Ordinal), PreData, PostData);

        Assert.That(entries[0].Sql, Does.Contain($"-- TOC entry {id} (class 1 OID 1)\n"));
    }

    [Test]
    public void A_script_that_ends_within_a_text_is_refused() =>
        Assert.That(
            () => Cut(Script[..Script.IndexOf("$$;", StringComparison.Ordinal)], PreData, PostData),
            Throws.TypeOf<TocMismatchException>().With.Message.EqualTo("the script ends within a text of entry 7"));

    [Test]
    public void Each_listed_entry_gets_its_statements_and_a_body_that_looks_like_a_header_cuts_nothing()
    {
        var entries = Cut(Script, PreData, PostData);
        Assert.That(
            entries.Select(entry => entry.Describe()),
            Is.EqualTo(new[] { "FUNCTION s.f()", "TABLE s.t; Type: TABLE; Schema: x; Owner: y", "ACL s.TABLE t", "INDEX s.i" }));
        Assert.That(entries[0].Sql, Does.Contain("-- TOC entry 8").And.EndsWith("OWNER TO o;"));
        Assert.That(entries[0].DependsOn, Is.EqualTo(new[] { 6 }));
        Assert.That(entries.Select(entry => entry.ObjectOid), Is.EqualTo(new uint[] { 70, 80, 0, 100 }));
        Assert.That(entries[3].Sql, Does.Not.Contain("unrestrict"));
    }

    [Test]
    public void Storage_defaults_are_carried_to_the_entries_that_need_them()
    {
        var entries = Cut(Script, PreData, PostData);
        Assert.That(entries[1].Sql, Does.StartWith("SET default_tablespace = fast;\nSET default_table_access_method = heap;\nCREATE TABLE"));
        Assert.That(entries[3].Sql, Does.StartWith("SET default_tablespace = fast;\nCREATE INDEX"));
        Assert.That(entries[2].Sql, Does.StartWith("GRANT"));
    }

    [Test]
    public void Privileges_belong_to_the_end() =>
        Assert.That(
            Cut(Script, PreData, PostData).Select(entry => entry.Section),
            Is.EqualTo(new[] { SchemaSection.PreData, SchemaSection.PreData, SchemaSection.PostData, SchemaSection.PostData }));

    [TestCase("7; 1255 70 FUNCTION s f() o\n", PostData)]
    [TestCase(PreData + "11; 1259 110 TABLE s u o\n", PostData)]
    [TestCase(PreData, "10; 1259 101 INDEX s i o\n")]
    [TestCase(PreData, "10; 1259 100 INDEX s other o\n")]
    public void A_list_that_disagrees_is_an_error(string preData, string postData) =>
        Assert.That(() => Cut(Script, preData, postData), Throws.InstanceOf<TocMismatchException>());

    [Test]
    public void Digests_hold_no_dump_ids()
    {
        var renumbered = Cut(
            Script.Replace("entry 7 ", "entry 70 ", StringComparison.Ordinal).Replace("OID 70", "OID 700", StringComparison.Ordinal),
            PreData.Replace("7; 1255 70", "70; 1255 700", StringComparison.Ordinal),
            PostData);
        Assert.That(renumbered.Select(entry => entry.Digest), Is.EqualTo(Cut(Script, PreData, PostData).Select(entry => entry.Digest)));
    }

    /// <summary>A text that is open where a line looks like a header may end right before a real one.</summary>
    [Test]
    public void A_header_right_after_a_text_that_holds_one_counts()
    {
        const string Body = "/* one\n-- TOC entry 5 (class 1 OID 2)\n*/";
        var script = Script.Replace("CREATE INDEX", $"{Body}\nCREATE INDEX", StringComparison.Ordinal)
            .Replace("-- Data Pos: 0\n--\n", $"-- Data Pos: 0\n--\n{Body}\n", StringComparison.Ordinal);
        Assert.That(Cut(script, PreData, PostData).Select(entry => entry.Sql), Is.EqualTo(Cut(Script, PreData, PostData).Select(entry => entry.Sql)));
    }

    private static ImmutableArray<SchemaEntry> Cut(string script, string preData, string postData)
    {
        var cutter = new TocCutter(Listed(preData), Listed(postData));
        foreach (var line in script.Split('\n'))
        {
            cutter.Take(Encoding.UTF8.GetBytes(line + '\n'));
        }

        return cutter.End();
    }

    private static List<TocLine> Listed(string list) => [.. list.Split('\n').Select(TocLine.TryParse).OfType<TocLine>()];
}
