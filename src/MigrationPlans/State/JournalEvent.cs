using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MigrationPlans.State;

/// <summary>One thing that happened; a line of the journal.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(PlanAdopted), "plan-adopted")]
[JsonDerivedType(typeof(RunBegun), "run-begun")]
[JsonDerivedType(typeof(StepBegun), "step-begun")]
[JsonDerivedType(typeof(ResourceRecorded), "resource-recorded")]
[JsonDerivedType(typeof(StepEnding), "step-ending")]
[JsonDerivedType(typeof(StepFinished), "step-finished")]
[JsonDerivedType(typeof(StepGivenUp), "step-failed")]
[JsonDerivedType(typeof(StepPassedOver), "step-skipped")]
[JsonDerivedType(typeof(StepStopped), "step-interrupted")]
[JsonDerivedType(typeof(RunFinished), "run-ended")]
[JsonDerivedType(typeof(RollbackBegun), "rollback-begun")]
[JsonDerivedType(typeof(PartTakenBack), "part-taken-back")]
[JsonDerivedType(typeof(ResourceRemoved), "resource-removed")]
[JsonDerivedType(typeof(RolledBack), "rolled-back")]
public abstract record JournalEvent;

/// <summary>
/// A plan is to be carried out. The first event of a journal; later when the plan before it is finished or rolled back,
/// or its manifest was changed.
/// </summary>
/// <param name="Kept">Those of the steps that the plan before has done, and that stay done; null where an older version wrote it.</param>
/// <param name="GoesOn">Those of the steps of an unfinished plan before that come along as they are; null where it was not unfinished.</param>
/// <param name="Only">The databases and instances that it was made for; null: for the whole manifest.</param>
/// <param name="Settled">Steps of unfinished mappings whose fences finished ones stand behind, too; null: none.</param>
public sealed record PlanAdopted(
    string Lineage,
    string Name,
    string PlanDigest,
    string ManifestDigest,
    ImmutableArray<string> Steps,
    ImmutableArray<string>? Kept = null,
    ImmutableArray<string>? GoesOn = null,
    ImmutableArray<string>? Only = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Settled = null) : JournalEvent;

/// <param name="Tool">The version of migplan.</param>
public sealed record RunBegun(string Who, string Host, int Pid, string Tool) : JournalEvent;

/// <summary>Written and flushed before the step acts.</summary>
public sealed record StepBegun(string Step) : JournalEvent;

/// <summary>Written and flushed before the resource is created.</summary>
/// <param name="Location">Of the endpoint, as the plan has it; null for what is on no server, and where an older version wrote it.</param>
/// <param name="SystemIdentifier">The <c>system_identifier</c> of the server that was reached; null where it is not known.</param>
/// <param name="Found">True: it stood before, whoever made it. Null: not so.</param>
/// <param name="DatabaseOid">Of a database, its <c>pg_database.oid</c>, recorded once it is there.</param>
public sealed record ResourceRecorded(
    string Step,
    string Resource,
    string Endpoint,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Location = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SystemIdentifier = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Found = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? DatabaseOid = null) : JournalEvent;

/// <summary>Written and flushed before the step takes away the mark by which its database is known.</summary>
public sealed record StepEnding(string Step) : JournalEvent;

/// <param name="FoundDone">The effect was there already; nothing was done.</param>
public sealed record StepFinished(string Step, string Summary, bool FoundDone, ImmutableArray<string> Notes) : JournalEvent;

public sealed record StepGivenUp(string Step, StepProblem Problem) : JournalEvent;

public sealed record StepPassedOver(string Step, string BecauseOf) : JournalEvent;

public sealed record StepStopped(string Step) : JournalEvent;

/// <param name="Outcome">For readers of the journal; what is left follows from the steps.</param>
public sealed record RunFinished(string Outcome) : JournalEvent;

/// <summary>From here on the plan can't be gone on with: what it had done is being taken back.</summary>
/// <param name="WithEarlier">True: what plans before it had made and done, too. Null: not so.</param>
public sealed record RollbackBegun(bool? WithEarlier = null) : JournalEvent;

/// <summary>
/// What was made for these databases and instances is being taken back, and the plan stays for the others. Until it has ended,
/// the plan can't be gone on with.
/// </summary>
/// <param name="WithEarlier">True: what plans before it had made for them, too. Null: not so.</param>
/// <param name="IsEnded">True: it was taken back, and they are none of the plan's any more. Null: it is yet to be.</param>
public sealed record PartTakenBack(ImmutableArray<string> Addresses, bool? WithEarlier = null, bool? IsEnded = null) : JournalEvent;

/// <param name="Location">As it was recorded.</param>
public sealed record ResourceRemoved(
    string Resource,
    string Endpoint,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Location = null) : JournalEvent;

public sealed record RolledBack : JournalEvent;
