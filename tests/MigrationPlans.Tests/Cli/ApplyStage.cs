using MigrationPlans.Cli;

namespace MigrationPlans.Tests.Cli;

/// <summary>A manifest over servers that are not there, in a directory of its own, and the program to run on it.</summary>
internal sealed class ApplyStage : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("migplan-stage-").FullName;
    private CancellationTokenSource stopping = new();

    /// <param name="databases">Names, the same on both sides.</param>
    public ApplyStage(params string[] databases) => Map([.. databases.Select(name => $"{{ from: s/{name}, to: t/{name} }}")]);

    public FakeParts Parts { get; } = new();

    /// <summary>Writes the manifest.</summary>
    /// <param name="mappings">In YAML.</param>
    public void Map(params string[] mappings) => Write($$"""
        sources:
          s: { postgres: { host: old.internal }, credentials: { username: u } }
        targets:
          t: { postgres: { host: new.internal }, credentials: { username: u } }
        databases:
        {{string.Join('\n', mappings.Select(mapping => $"  - {mapping}"))}}
        """);

    /// <param name="rest">What follows the manifest's name.</param>
    public void Write(string rest) => File.WriteAllText(Path.Combine(directory, "m.yaml"), $$"""
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: demo }
        {{rest}}
        """);

    public string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>As Ctrl-C does.</summary>
    public void Stop() => stopping.Cancel();

    public void GoOn()
    {
        stopping.Dispose();
        stopping = new CancellationTokenSource();
    }

    public Task<(int Code, string Out, string Error)> ApplyAsync() => RunAsync("apply", "m.yaml", "--auto-approve");

    public Task<(int Code, string Out, string Error)> RollBackAsync(params string[] options) => RunAsync(["rollback", "m.yaml", "--auto-approve", .. options]);

    public Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync(TextReader.Null, arguments);

    /// <summary>Runs it with somebody at a terminal who answers each question so.</summary>
    public Task<(int Code, string Out, string Error)> AnswerAsync(string answer, params string[] arguments) =>
        RunAsync(new StringReader($"{answer}\n"), arguments);

    private async Task<(int Code, string Out, string Error)> RunAsync(TextReader input, string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = new CommandHost
        {
            In = input,
            IsInteractive = input != TextReader.Null,
            Out = output,
            Error = error,
            WorkingDirectory = directory,
            Stopping = stopping.Token,
            Compose = (_, _) => Parts,
        };
        return (await Program.RunAsync(arguments, host), output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        stopping.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
