using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Manifest;

[JsonConverter(typeof(WordConverter<ArchiveFormat>))]
public enum ArchiveFormat
{
    /// <summary>A directory with a file for each table, written and read by many workers.</summary>
    Directory,

    /// <summary>One file, written by one worker and read by many.</summary>
    Custom,
}

/// <summary>Where and how <see cref="Strategy.Archive"/> keeps its archive.</summary>
public sealed record ArchiveSettings
{
    /// <summary>Relative paths start from the manifest's directory. Null: beside the state.</summary>
    public string? Directory { get; init; }

    public ArchiveFormat Format { get; init; } = ArchiveFormat.Directory;

    /// <summary>Method, or method and level: <c>zstd:3</c>; null leaves it to pg_dump. See <see cref="ArchiveCompression"/>.</summary>
    public string? Compression { get; init; }

    /// <summary>The archive stays when it is restored.</summary>
    public bool Keep { get; init; }
}
