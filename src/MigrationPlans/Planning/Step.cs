using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Json;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>What can go wrong for others when the step acts.</summary>
[JsonConverter(typeof(WordConverter<StepRisk>))]
public enum StepRisk
{
    /// <summary>Reads, or adds what nobody else sees yet.</summary>
    None,

    /// <summary>Costs load or locks on a server that others use.</summary>
    Load,

    /// <summary>Takes something from others: write access, or data that was there.</summary>
    Destructive,
}

/// <summary>One thing to do, as data. The id is made from the manifest and is stable: <c>nonprod/app_db_a:copy-data</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PreflightStep), PreflightStep.KindName)]
[JsonDerivedType(typeof(CreateRolesStep), CreateRolesStep.KindName)]
[JsonDerivedType(typeof(FenceSourceStep), FenceSourceStep.KindName)]
[JsonDerivedType(typeof(CreateDatabaseStep), CreateDatabaseStep.KindName)]
[JsonDerivedType(typeof(RestoreSchemaStep), RestoreSchemaStep.KindName)]
[JsonDerivedType(typeof(CopyDataStep), CopyDataStep.KindName)]
[JsonDerivedType(typeof(RestoreConstraintsStep), RestoreConstraintsStep.KindName)]
[JsonDerivedType(typeof(DumpArchiveStep), DumpArchiveStep.KindName)]
[JsonDerivedType(typeof(RestoreArchiveStep), RestoreArchiveStep.KindName)]
[JsonDerivedType(typeof(SetSequencesStep), SetSequencesStep.KindName)]
[JsonDerivedType(typeof(RefreshViewsStep), RefreshViewsStep.KindName)]
[JsonDerivedType(typeof(ApplySettingsStep), ApplySettingsStep.KindName)]
[JsonDerivedType(typeof(AnalyzeStep), AnalyzeStep.KindName)]
[JsonDerivedType(typeof(VerifyStep), VerifyStep.KindName)]
[JsonDerivedType(typeof(CreateSnapshotStep), CreateSnapshotStep.KindName)]
[JsonDerivedType(typeof(CopySnapshotStep), CopySnapshotStep.KindName)]
[JsonDerivedType(typeof(RestoreInstanceStep), RestoreInstanceStep.KindName)]
[JsonDerivedType(typeof(VerifyInstanceStep), VerifyInstanceStep.KindName)]
[JsonDerivedType(typeof(UnshareSnapshotStep), UnshareSnapshotStep.KindName)]
public abstract record Step
{
    /// <summary>The mapping's address and the kind, joined by a colon.</summary>
    [JsonPropertyOrder(-5)]
    public required string Id { get; init; }

    /// <summary>The mapping it belongs to: <see cref="Manifest.DatabaseMapping.Address"/>.</summary>
    [JsonPropertyOrder(-4)]
    public required string Database { get; init; }

    /// <summary>Ids of the steps that must be done first.</summary>
    [JsonPropertyOrder(-3)]
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>As in the step id and in the JSON's <c>kind</c>.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    [JsonPropertyOrder(-2)]
    public virtual StepRisk Risk => StepRisk.None;

    /// <summary>It holds something that others can lift, so a run that has anything left to do for the database looks at it again.</summary>
    [JsonIgnore]
    public virtual bool CanLapse => false;

    /// <summary>
    /// Others can delete what it makes before the steps that depend on it have taken it, so a run that has one of
    /// those left looks at it again.
    /// </summary>
    [JsonIgnore]
    public virtual bool CanVanish => false;

    /// <summary>Whether <c>rollback</c> can take back what the step did.</summary>
    [JsonPropertyOrder(-1)]
    public virtual bool IsReversible => false;
}
