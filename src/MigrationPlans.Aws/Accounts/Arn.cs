namespace MigrationPlans.Aws.Accounts;

/// <summary>Takes Amazon resource names apart: <c>arn:partition:service:region:account:resource</c>.</summary>
internal static class Arn
{
    private const int Parts = 6;

    public static string? Partition(string? arn) => Part(arn, 1);

    public static string? Region(string? arn) => Part(arn, 3);

    public static string? Account(string? arn) => Part(arn, 4);

    /// <summary>All behind the fifth colon.</summary>
    public static string? Resource(string? arn) => Part(arn, 5);

    private static string? Part(string? arn, int index)
    {
        var parts = arn?.Split(':', Parts) ?? [];
        return parts.Length == Parts && parts[0] == "arn" && parts[index].Length > 0 ? parts[index] : null;
    }
}
