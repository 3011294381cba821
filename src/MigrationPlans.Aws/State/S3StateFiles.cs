using System.Collections.Concurrent;
using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;

namespace MigrationPlans.Aws.State;

/// <summary>
/// State as objects. What is replaced is one object each; what is appended to is one object an append, numbered and never overwritten. Every
/// write is made on the condition that nobody else wrote since this reader looked. docs/decisions/0007 says why.
/// </summary>
internal sealed class S3StateFiles(S3Objects objects) : IStateFiles
{
    private const int ReadAtOnce = 16;
    private const string Number = "D10";

    /// <summary>ETags as this reader saw them last; what is not in it was not there.</summary>
    private readonly ConcurrentDictionary<string, string> versions = new(StringComparer.Ordinal);

    /// <summary>Objects of the journal as it was read, each with how many lines end in it.</summary>
    private (string Part, long Lines)[] read = [];

    private readonly ConcurrentDictionary<string, long> lengths = new(StringComparer.Ordinal);

    public string Location => objects.Address.ToString();

    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name == StateStore.JournalName)
        {
            return await ReadPartsAsync(name, cancellationToken);
        }

        var found = await objects.ReadAsync(name, cancellationToken);
        Remember(name, found?.ETag);
        return found?.Content;
    }

    public async Task ReplaceAsync(string name, ReadOnlyMemory<byte> content) =>
        Remember(name, await objects.TryWriteAsync(name, content, versions.GetValueOrDefault(name), CancellationToken.None) ?? throw Lost(name));

    public async Task AppendAsync(string name, ReadOnlyMemory<byte> content)
    {
        var number = lengths.GetValueOrDefault(name) + 1;
        var part = PartOf(name, number);
        _ = await objects.TryWriteAsync(part, content, seen: null, CancellationToken.None) ?? throw Lost(part);
        lengths[name] = number;
    }

    /// <summary>An object is there wholly or not at all, so a line without its end is no crash's doing.</summary>
    public Task CutAsync(string name, long length) =>
        throw new DiagnosticException(StateDiagnostics.JournalDamaged($"{Location}/{read[^1].Part}", read[^1].Lines + 1, "its end is missing"));

    /// <summary>An object may hold several lines.</summary>
    public (string Place, long Line) Locate(string name, long line)
    {
        foreach (var (part, lines) in name == StateStore.JournalName ? read : [])
        {
            if (line <= lines)
            {
                return ($"{Location}/{part}", line);
            }

            line -= lines;
        }

        return ($"{Location}/{name}", line);
    }

    private async Task<byte[]?> ReadPartsAsync(string name, CancellationToken cancellationToken)
    {
        // What else is there is seen on the way, so that it can be replaced without being read.
        foreach (var (other, version) in await objects.ListAsync("", cancellationToken))
        {
            // The snapshot was read before, and what was read is what a write of it has to build on.
            if (other != StateStore.SnapshotName)
            {
                versions[other] = version;
            }
        }

        var parts = (await objects.ListAsync($"{name}/", cancellationToken)).Select(part => part.Name).ToList();
        lengths[name] = parts.Count == 0 ? 0 : NumberOf(name, parts[^1]);
        var contents = new byte[parts.Count][];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Count, limits, async (index, token) =>
            contents[index] = (await objects.ReadAsync(parts[index], token))?.Content ?? []);
        read = [.. parts.Zip(contents, (part, content) => (part, (long)content.Count((byte)'\n')))];
        return parts.Count == 0 ? null : [.. contents.SelectMany(content => content)];
    }

    private long NumberOf(string name, string part) =>
        long.TryParse(part[(name.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new DiagnosticException(StateDiagnostics.JournalDamaged($"{Location}/{name}", line: 0, $"`{Quoting.Plain(part)}` is no line"));

    private void Remember(string name, string? version)
    {
        if (version is null)
        {
            versions.TryRemove(name, out _);
        }
        else
        {
            versions[name] = version;
        }
    }

    private DiagnosticException Lost(string name) => new(StateDiagnostics.WriteLost($"{Location}/{name}"));

    /// <summary>Numbers of one width, so that the order of the names is that of the writes.</summary>
    private static string PartOf(string name, long number) => $"{name}/{number.ToString(Number, CultureInfo.InvariantCulture)}";
}
