using System.CommandLine;
using MigrationPlans.Validation.Schema;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan schema</c></summary>
internal static class SchemaCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("schema", "Print the JSON Schema of manifests, for editors.");
        command.SetAction(async (_, _) =>
        {
            await host.Out.WriteAsync(ManifestSchema.Text);
            return ExitCode.Done;
        });
        return command;
    }
}
