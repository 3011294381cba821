using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MigrationPlans.Json;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary><c>archive.json</c> beside an archive: whose it is, and, when it is finished, what belongs to it. Holds no secret.</summary>
internal sealed record ArchiveDocument
{
    public const string FileName = "archive.json";

    private const string CurrentFormat = "1.0";

    private static readonly JsonTypeInfo<ArchiveDocument> Json =
        (JsonTypeInfo<ArchiveDocument>)JsonForm.Writing(EdgeJsonContext.Default).GetTypeInfo(typeof(ArchiveDocument));

    public string FormatVersion { get; init; } = CurrentFormat;

    /// <summary>The manifest's name.</summary>
    public required string Plan { get; init; }

    /// <summary>Of the state that the run belongs to.</summary>
    public required string Lineage { get; init; }

    /// <summary><c>endpoint/database</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Of the programs that write it: 15.</summary>
    public required int ToolMajor { get; init; }

    /// <summary>As the program prints it: <c>15.18</c>.</summary>
    public required string ToolVersion { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null: the dump has not come to its end.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    public ImmutableArray<ArchivedTable> Tables { get; init; } = [];

    public ImmutableArray<ArchivedFile> Files { get; init; } = [];

    /// <summary>Tells this archive from every other: a digest of its files.</summary>
    [JsonIgnore]
    public string Identity => ArchiveFiles.DigestOf(string.Join('\n', Files.Select(file => $"{file.Sha256} {file.Name}")));

    /// <summary>Null where there is none that this version can read.</summary>
    public static ArchiveDocument? TryRead(string directory)
    {
        try
        {
            var document = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, FileName)), Json);
            return document is { FormatVersion: CurrentFormat, Tables.IsDefault: false, Files.IsDefault: false } ? document : null;
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file; survives a power cut when this returns.</summary>
    public void Write(string directory)
    {
        var path = Path.Combine(directory, FileName);
        DurableFile.Replace(path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Json) + "\n"));
    }
}
