using System.CommandLine;
using MigrationPlans.Cli.Commands;

namespace MigrationPlans.Cli;

/// <summary>All verbs under one root.</summary>
internal static class CommandTree
{
    public static RootCommand Create(CommandHost host) =>
        new("Declarative migration plans for PostgreSQL: validate, plan, apply, verify.")
        {
            new Option<bool>("--no-color") { Description = "Print without colour (NO_COLOR does the same).", Recursive = true },
            InitCommand.Create(host),
            ValidateCommand.Create(host),
            PlanCommand.Create(host),
            ApplyCommand.Create(host),
            StatusCommand.Create(host),
            VerifyCommand.Create(host, VerifierScope.Open),
            RollbackCommand.Create(host),
            RehearseCommand.Create(host),
            ImportCommand.Create(host),
            IamCommand.Create(host),
            StateCommand.Create(host),
            SchemaCommand.Create(host),
            CompletionCommand.Create(host),
            ExplainCommand.Create(host),
            VersionCommand.Create(host),
        };
}
