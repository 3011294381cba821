using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Cli;

/// <summary>The process as a command sees it. Data goes to <see cref="Out"/>, progress and findings to <see cref="Error"/>.</summary>
internal sealed record CommandHost
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Someone can answer a question: standard input is a terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Standard error is a terminal: progress may redraw.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Colour is welcome on standard output; NO_COLOR, --no-color and a pipe say no.</summary>
    public bool ColorOut { get; init; }

    public bool ColorError { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Looks up an environment variable; null when it is not set.</summary>
    public Func<string, string?> ReadVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>What relative paths on the command line start from.</summary>
    /// <exception cref="DiagnosticException">It is gone.</exception>
    public string WorkingDirectory
    {
        get => field ??= CurrentDirectory();
        init;
    }

    /// <summary>Puts together what touches servers: for a manifest, whose directory relative paths start from. Tests put fakes here.</summary>
    public Func<MigrationManifest, string, IRunParts> Compose { get; init; } = Composition.For;

    /// <summary>The same, and says what it waits for where that takes long.</summary>
    /// <param name="verb">Of the command line.</param>
    public IRunParts ComposeFor(string verb, MigrationManifest manifest, string directory)
    {
        var parts = Compose(manifest, directory);
        parts.TellWait = new WaitLines(this, verb).Tell;
        return parts;
    }

    /// <summary>The first Ctrl-C or SIGTERM: stop at the next safe point.</summary>
    public CancellationToken Stopping { get; init; }

    private static string CurrentDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(CommandLineDiagnostics.NoWorkingDirectory(), exception);
        }
    }
}
