using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>Which subscriptions can be created on a target: the plan foretells by this what a run does.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-createsubscription.html, sql-altersubscription.html (OWNER TO)</remarks>
public sealed record SubscriptionRule
{
    /// <summary>From here on, a subscription's owner need not be a superuser.</summary>
    private const int AnyOwnerVersion = 16;

    /// <summary>The source's login may read connection strings: a superuser, a member of <c>pg_read_all_data</c>.</summary>
    public required bool IsReadable { get; init; }

    public required int TargetMajor { get; init; }

    public required bool TargetIsSuperuser { get; init; }

    /// <param name="mapping">Asks for them, or does not.</param>
    /// <param name="ownerIsSuperuser">The owner is one on the target, or is created there as one.</param>
    /// <returns>Why it stays behind; null when it is carried over.</returns>
    public string? ReasonLeft(DatabaseMapping mapping, bool ownerIsSuperuser) => mapping switch
    {
        not { Subscriptions: SubscriptionPolicy.Copy } =>
            "two subscribers to one slot would lose changes; create it anew after the move, or switched off by `subscriptions: copy`",
        { Include: not null } => "is in no schema, so `include` does not pick it; create it anew after the move",
        _ when !IsReadable => "the source login may not read connection strings; a superuser or a member of pg_read_all_data may",
        _ when !TargetIsSuperuser =>
            "only a superuser can create one without a password in its connection string, and passwords are not carried over; the target login is none",
        _ when TargetMajor < AnyOwnerVersion && !ownerIsSuperuser => "before version 16 its owner has to be a superuser, and on the target it is none",
        _ => null,
    };
}
