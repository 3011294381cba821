namespace MigrationPlans.Inspection;

/// <summary>What tells one server from all others, whatever name, address or tunnel leads to it.</summary>
/// <param name="SystemIdentifier"><c>system_identifier</c>, made by initdb: physical copies of a server have it too. Null where the login
/// may not ask for it.</param>
/// <param name="StartedAt">When the server was started, in microseconds of Unix time: no two copies have it in common.</param>
public sealed record ServerIdentity(string? SystemIdentifier, long StartedAt)
{
    /// <summary><c>pg_is_in_recovery()</c>: what is dropped on its primary, goes here too.</summary>
    public bool IsReplica { get; init; }

    /// <summary>Both were read from one server, which was not started anew in between.</summary>
    public bool IsSame(ServerIdentity other) =>
        StartedAt == other.StartedAt && (SystemIdentifier == other.SystemIdentifier || SystemIdentifier is null || other.SystemIdentifier is null);

    /// <summary>
    /// This is a replica, and the other its primary or a copy of that: nothing that a login may ask tells those two apart. False where either may not be asked
    /// for its identifier.
    /// </summary>
    public bool MayFollow(ServerIdentity other) => IsReplica && SystemIdentifier is not null && SystemIdentifier == other.SystemIdentifier;
}
