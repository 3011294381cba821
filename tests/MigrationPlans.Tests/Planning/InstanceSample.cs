using MigrationPlans.Inspection;

namespace MigrationPlans.Tests.Planning;

/// <summary>An instance that a move picks, within one account.</summary>
internal static class InstanceSample
{
    public static InstanceFacts Of(string identifier, int move = 0) => new()
    {
        Move = $"instances[{move}]",
        Identifier = identifier,
        Account = "111111111111",
        TargetAccount = "111111111111",
        Status = "available",
        InstanceClass = "db.t3.medium",
        Engine = "postgres",
        EngineVersion = "15.8",
        AllocatedStorage = 20,
    };
}
