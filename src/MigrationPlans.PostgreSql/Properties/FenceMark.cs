namespace MigrationPlans.PostgreSql.Properties;

/// <summary>
/// How a fence of ours is spelled. It is told apart from a user's own setting by that: PostgreSQL takes any prefix of <c>true</c> and
/// <c>yes</c> as on and keeps the text, so <c>tru</c> is ours, and <c>ye</c> is ours where <c>off</c> stood before. Nothing else is
/// needed to take it back, wherever that is asked for.
/// </summary>
internal static class FenceMark
{
    public const string Setting = "default_transaction_read_only";

    public const string Plain = "tru";

    public const string OverOff = "ye";

    /// <summary>Whether a <c>pg_db_role_setting</c> entry is a fence of ours.</summary>
    public static bool IsOurs(string setting) => setting is $"{Setting}={Plain}" or $"{Setting}={OverOff}";
}
