using System.CommandLine;
using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan explain MP1234</c></summary>
internal static class ExplainCommand
{
    public static Command Create(CommandHost host)
    {
        var code = new Argument<string>("code") { Description = "A diagnostic's code, such as MP1007." };
        var command = new Command("explain", "Print what a diagnostic means and how to fix it.") { code };
        command.SetAction((parsed, _) => RunAsync(host, parsed.GetValue(code)!));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string code)
    {
        if (DiagnosticCatalog.Find(code.Trim()) is { } descriptor)
        {
            await host.Out.WriteAsync(DiagnosticsPage.Write(descriptor));
            return ExitCode.Done;
        }

        var meant = DidYouMean.Find(code, DiagnosticCatalog.All.Select(known => known.Code));
        ManifestInput.Report(host, [CommandDiagnostics.UnknownCode(code, meant)]);
        return ExitCode.WrongCommandLine;
    }
}
