using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Archives;
using NUnit.Framework;

namespace MigrationPlans.Tests.Archives;

public sealed class ArchiveSelectionTests
{
    private static readonly ArchiveSelection.Relation[] Source =
    [
        new("app", "orders", IsSequence: false, 100, Extension: null),
        new("app", "o\"dd.* 🐘", IsSequence: false, 10, Extension: null),
        new("other", "a", IsSequence: false, 1, Extension: null),
        new("other", "b", IsSequence: false, 2, Extension: null),
        new("counted", "t", IsSequence: false, 4, Extension: null),
        new("counted", "s", IsSequence: true, 0, Extension: null),
        new("public", "spatial_ref_sys", IsSequence: false, 1000, Extension: "postgis"),
    ];

    [Test]
    public void A_whole_database_excludes_nothing()
    {
        var selection = Select(mapping => mapping);
        Assert.That(selection.ExcludedRows, Is.Empty);
        Assert.That(selection.WithLargeObjects);
        Assert.That(selection.Bytes, Is.EqualTo(117 + 50));
        Assert.That(selection.LargeObjectsLeft, Is.Zero);
    }

    [Test]
    public void Each_pattern_names_what_it_means_and_whole_schemas_are_named_once_unless_they_hold_a_sequence()
    {
        var selection = Select(mapping => mapping with { Include = new Selection { Tables = ["app.orders"] } });
        Assert.That(selection.ExcludedRows, Is.EquivalentTo((string[])["\"app\".\"o\"\"dd.* 🐘\"", "\"other\".*", "\"counted\".\"t\"", "\"public\".*"]));
        Assert.That(selection.Tables.Select(table => table.Name), Is.EqualTo((string[])["orders"]));
        Assert.That(selection.WithLargeObjects, Is.False);
        Assert.That(selection.LargeObjectsLeft, Is.EqualTo(3));
    }

    [Test]
    public void Rows_of_a_skipped_extension_stay_behind() =>
        Assert.That(Select(mapping => mapping with { SkipExtensions = ["postgis"] }).ExcludedRows, Is.EqualTo((string[])["\"public\".*"]));

    [TestCase("a/b", "a%2Fb")]
    [TestCase("..", "%2E%2E")]
    [TestCase("50%", "50%25")]
    [TestCase("plain.name 🐘", "plain.name 🐘")]
    public void A_name_becomes_one_part_of_a_path(string name, string part) => Assert.That(ArchivePlace.Escape(name), Is.EqualTo(part));

    private static ArchiveSelection Select(Func<DatabaseMapping, DatabaseMapping> adapt) =>
        ArchiveSelection.From([.. Source], 3, 50, adapt(new DatabaseMapping { From = new("s", "d"), To = new("t", "d"), Path = "databases[0]" }));
}
