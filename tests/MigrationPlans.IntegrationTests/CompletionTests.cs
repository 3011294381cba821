using System.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A real shell completes what the real program suggests.</summary>
public sealed class CompletionTests
{
    [TestCase("migplan apply --ma", "--manifest")]
    [TestCase("migplan roll", "rollback")]
    [TestCase("migplan plan --format m", "markdown mermaid")]
    public async Task Bash_completes_verbs_options_and_their_values(string line, string expected)
    {
        var directory = Directory.CreateTempSubdirectory("migplan-bash-").FullName;
        try
        {
            var program = Path.Combine(directory, "migplan");
            await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec {ProgramUnderTest.ShellCommand} \"$@\"\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var start = new ProcessStartInfo(
                "bash",
                ["-c", "source <(migplan completion bash); COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _migplan; echo \"${COMPREPLY[*]}\"", "bash", line])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.Environment["PATH"] = $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";
            using var bash = Process.Start(start)!;
            Assert.That((await bash.StandardOutput.ReadToEndAsync()).Trim(), Is.EqualTo(expected));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
