using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class DiagnosticsTextTests
{
    [Test]
    public void What_a_server_says_can_neither_drive_the_terminal_nor_begin_a_line()
    {
        const string Evil = "x\u001b]0;title\u0007\n::error::fake";
        using var writer = new StringWriter { NewLine = "\n" };
        new DiagnosticsText(new Dictionary<string, string>(StringComparer.Ordinal), color: false)
            .Write(writer, [ExecutionDiagnostics.ServerError(Evil, "XX000", Evil, Evil, Evil)]);
        var written = writer.ToString();
        Assert.That(written, Does.Contain("x␛]0;title␇"));
        Assert.That(written.Where(char.IsControl), Is.All.EqualTo('\n'));
        Assert.That(written.Split('\n'), Has.None.StartsWith("::"));
    }
}
