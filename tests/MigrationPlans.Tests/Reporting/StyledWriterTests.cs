using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class StyledWriterTests
{
    [Test]
    public void Without_colour_text_is_plain() => Assert.That(Write(isColor: false, "all well", TextStyle.Good), Is.EqualTo("all well\n"));

    [Test]
    public void With_colour_each_piece_is_closed() =>
        Assert.That(Write(isColor: true, "all well", TextStyle.Good), Is.EqualTo("\u001b[32mall well\u001b[0m\n"));

    [TestCase(false)]
    [TestCase(true)]
    public void A_name_from_a_server_cannot_drive_the_terminal(bool isColor)
    {
        var written = Write(isColor, "evil\u001b]0;title\u0007\r\nname\u202e\u009b31m", TextStyle.Plain);
        Assert.That(written, Is.EqualTo("evil␛]0;title␇␍␊name\ufffd\ufffd31m\n"));
    }

    private static string Write(bool isColor, string text, TextStyle style)
    {
        using var writer = new StringWriter();
        new StyledWriter(writer, isColor).WriteLine(text, style);
        return writer.ToString();
    }
}
