using System.Buffers;
using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>A program to start. Secrets go into a <see cref="PassFile"/> or standard input, never into arguments: anyone can list those.</summary>
public sealed record ToolCommand(string Program, ImmutableArray<string> Arguments)
{
    /// <summary>Added to what of our own environment programs get to see; a null value removes the variable.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Bytes for standard input; empty closes it at once.</summary>
    public ReadOnlySequence<byte> Input { get; init; }

    public string WorkingDirectory { get; init; } = "/";
}

/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output as UTF-8.</param>
/// <param name="Error">Standard error as UTF-8.</param>
public sealed record ToolResult(int ExitCode, string Output, string Error);
