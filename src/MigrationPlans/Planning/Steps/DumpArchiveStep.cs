using System.Text.Json.Serialization;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Steps;

/// <summary>Dumps the source into an archive on local disk, at one snapshot.</summary>
public sealed record DumpArchiveStep : Step
{
    public const string KindName = "dump-archive";

    [JsonIgnore]
    public override string Kind => KindName;

    public ArchiveFormat Format { get; init; }

    /// <summary><see cref="ArchiveSettings.Compression"/>.</summary>
    public string? Compression { get; init; }

    /// <summary><see cref="ArchiveSettings.Directory"/>.</summary>
    public string? Directory { get; init; }

    public override StepRisk Risk => StepRisk.Load;

    public override bool IsReversible => true;
}
