namespace MigrationPlans.Execution;

/// <summary>Journals all of them at once.</summary>
public delegate Task ResourceRecorder(params IReadOnlyCollection<CreatedResource> resources);
