using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Archives;

public sealed class ArchiveTocTests
{
    private const string List =
        """
        ;
        ; Archive created at 2026-11-22 06:01:26 UTC
        ;     dbname: x; 1; 0 5 TABLE DATA public no one
        215; 1259 16387 TABLE public a b o1
        216; 1259 16388 TABLE DATA t o1
        217; 1259 16389 SEQUENCE SET s o1
        3379; 0 16387 TABLE DATA public a b o1
        ;	depends on: 215
        3380; 0 16388 TABLE DATA DATA t o1
        ;	depends on: 216
        3398; 0 0 SEQUENCE SET SET s o1
        ;	depends on: 217
        3399; 0 777 TABLE DATA public spatial_ref_sys o1
        3401; 0 778 TABLE DATA cron job o1
        3402; 0 779 SEQUENCE SET cron jobid_seq o1
        3400; 0 0 COMMENT - SCHEMA public o1
        3387; 0 0 BLOBS - BLOBS
        """;

    [Test]
    public void Rows_come_with_their_tables_and_those_of_extensions_by_themselves()
    {
        SchemaEntry[] all = [Entry(215), Entry(216), Entry(217)];
        Assert.That(ArchiveToc.PickData(List, all, all).Others, Is.EqualTo((int[])[3379, 3380, 3398, 3387]));
        Assert.That(ArchiveToc.PickData(List, all, [Entry(216)]).Others, Is.EqualTo((int[])[3380, 3387]));
        Assert.That(ArchiveToc.PickData(List, all, [Entry(216)]).OfExtensions, Is.EqualTo((int[])[3399]));
        Assert.That(ArchiveToc.PickData(List, all, [Entry(216)]).CronJobs, Is.EqualTo((int[])[3401]));
    }

    private static SchemaEntry Entry(int id) => new() { Id = id, Kind = "TABLE", Tag = "t", Section = SchemaSection.PreData, Sql = "", Digest = "" };
}
