using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Json;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What a mapping comes to: for reviewers, and for the handlers to start from.</summary>
public sealed record PlannedDatabase
{
    /// <summary>The mapping's target address; the first half of its steps' ids.</summary>
    public required string Address { get; init; }

    public required DatabaseAddress From { get; init; }

    public required DatabaseAddress To { get; init; }

    public required Strategy Strategy { get; init; }

    public Fence Fence { get; init; } = Fence.None;

    public VerificationLevel Verify { get; init; } = VerificationLevel.Counts;

    /// <summary>
    /// Of what the mapping asks for: a finished one that is the same in a later manifest is not done again. Null where an
    /// older version wrote the plan.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>Tables whose rows are copied, by schema and name; null when the plan was made offline.</summary>
    public ImmutableArray<PlannedTable>? Tables { get; init; }

    /// <summary>What stays behind or needs a look, each with its reason; fixed sentences, ordered.</summary>
    public ImmutableArray<PlanNote> Notes { get; init; } = [];

    /// <summary>Of all tables together; null when the plan was made offline.</summary>
    public Estimate? Estimate { get; init; }
}

/// <summary>A table whose rows are copied.</summary>
public sealed record PlannedTable(string Schema, string Name, Estimate? Estimate);

[JsonConverter(typeof(WordConverter<PlanNoteKind>))]
public enum PlanNoteKind
{
    /// <summary>Is not carried over.</summary>
    Skipped,

    /// <summary>Arrives under another name or with another value.</summary>
    Mapped,

    /// <summary>May surprise; a person should look.</summary>
    Risk,

    /// <summary>Is asked for, but this version does not carry it out: `apply` refuses (MP6001).</summary>
    NotYet,
}

/// <param name="Subject">The object it is about.</param>
public sealed record PlanNote(PlanNoteKind Kind, string Subject, string Reason);
