using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class HumanUnitsTests
{
    [TestCase(-1, "0 bytes")]
    [TestCase(0, "0 bytes")]
    [TestCase(999, "999 bytes")]
    [TestCase(1023, "1.0 kB")]
    [TestCase(10_000, "9.8 kB")]
    [TestCase(972_000_000, "927 MB")]
    [TestCase(5_368_709_120, "5.0 GB")]
    [TestCase(long.MaxValue, "8192 PB")]
    public void Bytes_are_counted_as_the_server_does(long bytes, string text) => Assert.That(HumanUnits.Bytes(bytes), Is.EqualTo(text));

    [TestCase(0.04, "0.0 s")]
    [TestCase(9.94, "9.9 s")]
    [TestCase(9.96, "10 s")]
    [TestCase(59.6, "1 min 00 s")]
    [TestCase(185, "3 min 05 s")]
    [TestCase(7620, "2 h 07 min")]
    [TestCase(273_600, "3 d 04 h")]
    public void Durations_have_two_units_at_most(double seconds, string text) =>
        Assert.That(HumanUnits.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [Test]
    public void Counts_have_separators_and_agree_with_their_noun()
    {
        Assert.That(HumanUnits.Count(1, "table"), Is.EqualTo("1 table"));
        Assert.That(HumanUnits.Count(1234567, "row"), Is.EqualTo("1,234,567 rows"));
        Assert.That(HumanUnits.Count(2, "index", "indexes"), Is.EqualTo("2 indexes"));
        Assert.That(HumanUnits.EstimatedRows(-1), Is.EqualTo("rows not yet counted"));
        Assert.That(HumanUnits.Rate(1024 * 1024 * 200, TimeSpan.FromSeconds(2)), Is.EqualTo("100 MB/s"));
        Assert.That(HumanUnits.Rate(1, TimeSpan.Zero), Is.EqualTo("–"));
    }
}
