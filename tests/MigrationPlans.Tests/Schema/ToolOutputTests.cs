using System.Text;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class ToolOutputTests
{
    private const int Piece = 32 * 1024;

    /// <summary>Characters of two and four bytes lie across the ends of pieces.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(Piece - 1)]
    [TestCase(Piece)]
    [TestCase(Piece + 1)]
    [TestCase((3 * Piece) - 2)]
    public void What_was_written_is_read_whatever_the_pieces_are(int bytes)
    {
        var text = new string('x', bytes) + (bytes == 0 ? "" : "é🐘\n" + new string('y', Piece));
        var expected = Encoding.UTF8.GetBytes(text);
        var output = new ToolOutput();
        foreach (var some in expected.Chunk(7001))
        {
            output.Add(some);
        }

        Assert.That(Encoding.UTF8.GetString(output.Content), Is.EqualTo(text));
        Assert.That(output.Content.Length, Is.EqualTo(expected.Length));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(100)]
    public void Lines_are_handed_on_whole_however_they_come(int bytesAtOnce)
    {
        string[] expected = ["one\n", "\n", "é🐘\r\n", "without an end"];
        var taken = new List<string>();
        var lines = new ToolLines(line => taken.Add(Encoding.UTF8.GetString(line)));
        foreach (var some in Encoding.UTF8.GetBytes(string.Concat(expected)).Chunk(bytesAtOnce))
        {
            lines.Add(some);
        }

        lines.End();
        Assert.That(taken, Is.EqualTo(expected));
    }

    [TestCase("pg_dump: error: Error message from server: ERROR:  invalid memory alloc request size 1073741827", true)]
    [TestCase("pg_dump: detail: Error message from server: ERROR:  string buffer exceeds maximum allowed length (1073741823 bytes)", true)]
    [TestCase("pg_dump: detail: Error message from server: ERROR:  invalid memory alloc request size 18446744073709551613", false)]
    public void A_row_that_is_damaged_is_not_told_to_be_too_long(string error, bool isTooLong)
    {
        Assert.That(ToolFailure.ClassOf(error), Is.EqualTo(FailureClass.Permanent));
        Assert.That(ToolFailure.HelpFor(error), isTooLong ? Does.Contain("strategy: stream") : Is.Null);
    }
}
