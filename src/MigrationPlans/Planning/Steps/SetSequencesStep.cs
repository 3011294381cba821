namespace MigrationPlans.Planning.Steps;

/// <summary>Reads every sequence's position on the source and sets it on the target.</summary>
public sealed record SetSequencesStep : Step
{
    public const string KindName = "set-sequences";

    public override string Kind => KindName;
}
