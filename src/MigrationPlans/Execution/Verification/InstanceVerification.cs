using System.Collections.Immutable;

namespace MigrationPlans.Execution.Verification;

/// <summary>The outcome of comparing one instance that was moved.</summary>
public sealed record InstanceVerification
{
    /// <summary>The new instance: <c>region/identifier</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>The old one.</summary>
    public required string From { get; init; }

    /// <summary>It is there; else nothing was compared. One that is being deleted, or that somebody else made of that name, is none.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>What the new instance is: engine, version, storage, status, encryption; or, where something is there that it is not, what that is.</summary>
    public string Facts { get; init; } = "";

    /// <summary>
    /// What it was compared with: the snapshot that it was made from, the old instance, or the plan where both are gone or
    /// their account can't be asked.
    /// </summary>
    public string ComparedWith { get; init; } = "";

    /// <summary>One sentence each.</summary>
    public ImmutableArray<string> Differences { get; init; } = [];

    public bool IsEqual => Exists && Differences.IsEmpty;
}
