using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Archives;
using NUnit.Framework;

namespace MigrationPlans.Tests.Archives;

public sealed class DumpArgumentsTests
{
    [TestCase(null, 15, "")]
    [TestCase("none", 15, "--compress=0")]
    [TestCase("gzip", 15, "")]
    [TestCase("gzip", 16, "--compress=gzip")]
    [TestCase("gzip:9", 15, "--compress=9")]
    [TestCase("gzip:9", 17, "--compress=9")]
    [TestCase("zstd", 16, "--compress=zstd")]
    [TestCase("zstd:3", 18, "--compress=zstd:3")]
    [TestCase("lz4:1", 16, "--compress=lz4:1")]
    public void Compression_is_asked_for_in_the_words_of_each_version(string? compression, int major, string expected) =>
        Assert.That(
            string.Concat(Arguments(new ArchiveSettings { Compression = compression }, major).Where(argument => argument.StartsWith(
                "--compress", StringComparison.Ordinal))),
            Is.EqualTo(expected));

    [TestCase("zstd:3", 15, false)]
    [TestCase("lz4", 15, false)]
    [TestCase("gzip:3", 12, true)]
    [TestCase("zstd", 16, true)]
    public void Other_methods_came_with_16(string compression, int major, bool isSupported) =>
        Assert.That(DumpArguments.Supports(major, ArchiveCompression.TryParse(compression)), Is.EqualTo(isSupported));

    [Test]
    public void One_file_is_written_by_one_worker()
    {
        Assert.That(Arguments(new ArchiveSettings { Format = ArchiveFormat.Custom }, 15), Has.Member("--format=custom").And.None.StartsWith("--jobs"));
        Assert.That(
            Arguments(new ArchiveSettings(), 15),
            Has.Member("--format=directory").And.Member("--jobs=4").And.Member("--exclude-table-data=\"a\".\"b c\""));
    }

    [TestCase("gzip:0")]
    [TestCase("gzip:")]
    [TestCase("gzip:1:2")]
    [TestCase("gzip:+1")]
    [TestCase("zstd:23")]
    [TestCase("Zstd")]
    [TestCase("")]
    public void What_is_no_method_is_not_read(string text) => Assert.That(ArchiveCompression.TryParse(text), Is.Null);

    private static string[] Arguments(ArchiveSettings settings, int major) =>
    [
        .. new DumpArguments
        {
            Settings = settings,
            Selection = new ArchiveSelection
            {
                Tables = [],
                ExcludedRows = ["\"a\".\"b c\""],
                WithLargeObjects = true,
                LargeObjectBytes = 0,
                LargeObjectsLeft = 0,
            },
            ToolMajor = major,
            Jobs = 4,
            Snapshot = "00000003-1",
            Encoding = "UTF8",
        }.To("/archive"),
    ];
}
