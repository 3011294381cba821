using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>
/// Several roles, of several sources or of several names, that become one which the target does not have yet. What it will be like is settled here:
/// otherwise the database that is begun first would decide.
/// </summary>
internal sealed class SharedRole
{
    /// <summary>What gives a role power over more than its own objects, as some memberships do: it is only given where all of them have it.</summary>
    private static readonly (string Word, Func<RoleFacts, bool> Has)[] Powers =
    [
        ("SUPERUSER", role => role.IsSuperuser),
        ("CREATEDB", role => role.CanCreateDatabases),
        ("CREATEROLE", role => role.CanCreateRoles),
        ("REPLICATION", role => role.CanReplicate),
        ("BYPASSRLS", role => role.BypassesRowSecurity),
    ];

    private static readonly Func<RoleFacts, string>[] Others =
    [
        role => role.CanLogin ? "LOGIN" : "NOLOGIN",
        role => role.Inherits ? "INHERIT" : "NOINHERIT",
        role => role.ConnectionLimit < 0 ? "no CONNECTION LIMIT" : string.Create(CultureInfo.InvariantCulture, $"CONNECTION LIMIT {role.ConnectionLimit}"),
        role => role.ValidUntil is { } until ? $"VALID UNTIL {until}" : "no VALID UNTIL",
    ];

    /// <summary>On the target.</summary>
    public required string Name { get; init; }

    /// <summary>In the manifest's order, each role of a source once.</summary>
    public required ImmutableArray<(MappingFacts Mapping, RoleFacts Role)> Arrivals { get; init; }

    /// <summary>Whose password it gets: that of the first which has one to give. Null where nobody asks for passwords.</summary>
    public ImmutableArray<PasswordSource>? PasswordFrom => Arrivals
        .Where(arrival => arrival.Role.CanLogin
            && arrival.Mapping.Mapping.Roles.Passwords == RolePasswordPolicy.Copy
            && arrival.Mapping.SourceServer.Login.ReadsPasswords)
        .Select(arrival => new PasswordSource(arrival.Mapping.SourceServer.Name, arrival.Role.Name))
        .ToImmutableArray() is { IsEmpty: false } sources ? sources : null;

    private RoleFacts First => Arrivals[0].Role;

    private string FirstSource => Label(Arrivals[0]);

    /// <summary>As every mapping creates it, whichever is the first: with the memberships of its own source, but for those that are powers.</summary>
    /// <param name="mapping">Whose role it is.</param>
    public RoleFacts Settle(RoleFacts own, MappingFacts mapping) => own with
    {
        MemberOf = [.. own.MemberOf.Where(membership => !IsPower(mapping.TargetName(membership.Role))
            || Arrivals.All(arrival => MightyGroups(arrival).Contains(mapping.TargetName(membership.Role))))],
        CanLogin = First.CanLogin,
        Inherits = First.Inherits,
        ConnectionLimit = First.ConnectionLimit,
        ValidUntil = First.ValidUntil,
        Comment = First.Comment,
        Settings = First.Settings,
        IsSuperuser = Arrivals.All(arrival => arrival.Role.IsSuperuser),
        CanCreateDatabases = Arrivals.All(arrival => arrival.Role.CanCreateDatabases),
        CanCreateRoles = Arrivals.All(arrival => arrival.Role.CanCreateRoles),
        CanReplicate = Arrivals.All(arrival => arrival.Role.CanReplicate),
        BypassesRowSecurity = Arrivals.All(arrival => arrival.Role.BypassesRowSecurity),
    };

    /// <summary>In what they differ, and what becomes of it; empty where they are alike.</summary>
    public IEnumerable<string> Differences() =>
    [
        .. Powers.Where(power => Arrivals.Any(arrival => power.Has(arrival.Role)) && !Arrivals.All(arrival => power.Has(arrival.Role)))
            .Select(power => Left(power.Word, Arrivals.Where(arrival => power.Has(arrival.Role)))),
        .. Arrivals.All(arrival => arrival.Role.IsSuperuser) ? [] : Arrivals.Where(arrival => arrival.Role.IsSuperuser).SelectMany(OwnedAsSuperuser),
        .. Arrivals.SelectMany(MightyGroups).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(group => !Arrivals.All(arrival => MightyGroups(arrival).Contains(group)))
            .Select(group => Left($"membership in {group}", Arrivals.Where(arrival => MightyGroups(arrival).Contains(group)))),
        .. Others.Where(IsDiffering)
            .Select(other => $"{string.Join(", ", Arrivals.Select(arrival => $"{other(arrival.Role)} on {Label(arrival)}"))}: as on {FirstSource}"),
        .. SettingNames().Where(name => IsDiffering(role => role.Settings.FirstOrDefault(setting => NameOf(setting) == name) ?? ""))
            .Select(name => $"setting {name} differs: as on {FirstSource}"),
        .. IsDiffering(role => role.Comment ?? "") ? [$"the comment differs: as on {FirstSource}"] : (string[])[],
    ];

    /// <summary>The sources that it comes from.</summary>
    public string Sources => string.Join(" and ", Arrivals.Select(Label));

    private string Left(string power, IEnumerable<(MappingFacts Mapping, RoleFacts Role)> having) =>
        $"{power} is only had on {string.Join(" and ", having.Select(Label))}, so it is not given";

    /// <summary>What comes along and can't belong to it then.</summary>
    private IEnumerable<string> OwnedAsSuperuser((MappingFacts Mapping, RoleFacts Role) arrival) =>
        arrival.Mapping.Source.SuperuserOwned
            .Where(owned => owned.Role == arrival.Role.Name
                && arrival.Mapping.Mapping.Include is null
                && (!owned.IsPublication || arrival.Mapping.Mapping.Publications == PublicationPolicy.Copy))
            .Select(owned => $"{owned.Object} of {arrival.Mapping.Mapping.From} belongs to it, which takes a SUPERUSER: the run fails there");

    /// <summary>By target name, the groups that give their members power over what is not theirs.</summary>
    private static IEnumerable<string> MightyGroups((MappingFacts Mapping, RoleFacts Role) arrival) =>
        arrival.Role.MemberOf.Select(membership => arrival.Mapping.TargetName(membership.Role)).Where(IsPower);

    /// <summary>PostgreSQL's predefined roles, and Amazon's.</summary>
    private static bool IsPower(string group) => group.StartsWith("pg_", StringComparison.Ordinal) || group.StartsWith("rds_", StringComparison.Ordinal);

    private bool IsDiffering(Func<RoleFacts, string> value) => Arrivals.Select(arrival => value(arrival.Role)).Distinct(StringComparer.Ordinal).Skip(1).Any();

    private IEnumerable<string> SettingNames() =>
        Arrivals.SelectMany(arrival => arrival.Role.Settings).Select(NameOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private string Label((MappingFacts Mapping, RoleFacts Role) arrival) =>
        arrival.Role.Name == Name ? arrival.Mapping.SourceServer.Name : $"{arrival.Mapping.SourceServer.Name} ({arrival.Role.Name})";

    private static string NameOf(string setting) => setting.Split('=', 2)[0];
}
