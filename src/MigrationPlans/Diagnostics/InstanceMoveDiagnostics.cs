using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: instances that can't be moved as the manifest says.</summary>
public static class InstanceMoveDiagnostics
{
    private static readonly DiagnosticDescriptor NothingPickedDescriptor = new(
        "MP3600", Severity.Error, "a move picks no instance",
        "No instance of the region fits engine, identifiers and tags, or all that do are excluded; or the credentials are of another account. A run of it would move nothing and count as finished. A move that has moved what it picked may pick nothing more. Instances that the plan's own runs have made (tag `migplan:plan`) are never picked: who wants to move them on takes a manifest of another name.");

    private static readonly DiagnosticDescriptor IdentifierUnfitDescriptor = new(
        "MP3601", Severity.Error, "a new identifier is none that RDS takes",
        "An instance identifier has 1 to 63 letters, digits and hyphens, begins with a letter, and neither ends with a hyphen nor holds two in a row.");

    private static readonly DiagnosticDescriptor IdentifierTakenTwiceDescriptor = new(
        "MP3602", Severity.Error, "two instances would get the same identifier",
        """
        The template of the new identifier gives one name for two instances of one region. Use `{identifier}` in it, or another `to.identifier` in one of the moves. A manifest tells the new instances of a region apart
        by their identifiers alone, so two accounts do not make it right: move to the second one by a manifest of its own.
        """);

    private static readonly DiagnosticDescriptor KeyMissingDescriptor = new(
        "MP3603", Severity.Error, "an encrypted instance needs a key of the target",
        "KMS keys belong to a region and an account, so a copy of an encrypted snapshot elsewhere needs a key there: `to.kmsKeyId`.");

    private static readonly DiagnosticDescriptor KeyNeedsSharingDescriptor = new(
        "MP3607", Severity.Warning, "another account must be allowed to use a source's key",
        """
        A copy of an encrypted snapshot in another account reads it with the source's own KMS key. That key's policy must let the target account
        use it: `kms:DescribeKey`, `kms:CreateGrant`, `kms:Decrypt`, `kms:ReEncryptFrom`. What is encrypted with the default key `aws/rds` can't be shared at
        all: copy such a snapshot with a key of your own first, restore an instance from it, and move that. Whether the policy says so can't be seen from here.
        """);

    private static readonly DiagnosticDescriptor IdentifierTakenDescriptor = new(
        "MP3608", Severity.Error, "a new identifier is taken",
        "The target account has an instance of that identifier in the target region, and it does not bear the plan's tag. It is left alone. Choose another `to.identifier`, or rename or remove what is there.");

    private static readonly DiagnosticDescriptor SnapshotLeftOverDescriptor = new(
        "MP3609", Severity.Error, "a snapshot of an earlier run is left over",
        """
        The plan is made anew, and the instance that a run of this state had restored is gone, but its snapshot, or the copy of it, is still there. It holds the data of that time, and
        would be restored in the place of today's, so it is not taken. Delete it, and `apply` takes a new one; or take back all that the plan has made with
        `migplan rollback`. Where the instance lives on under another name, leave its source out by `match.exclude`. A run that was stopped goes on with what it has made; this is about plans that are made anew.
        """);

    private static readonly DiagnosticDescriptor MovedDiffersDescriptor = new(
        "MP3610", Severity.Warning, "an instance that was moved before is not what the manifest says by now",
        """
        An earlier run of the plan has made the instance, so its move counts as done, and migplan does not change an instance that is there. What the manifest says
        of it now (class, zones, parameters, network, tags) takes effect only when you change the instance yourself, or take it back with `migplan rollback` and apply anew, which loses what was written to it.
        """);

    private static readonly DiagnosticDescriptor NotAvailableDescriptor = new(
        "MP3605", Severity.Error, "an instance can't be snapshotted now",
        "RDS takes a snapshot only of an instance that is `available`.");

    private static readonly DiagnosticDescriptor OfAnotherStateDescriptor = new(
        "MP3606", Severity.Error, "a resource was begun by a run of the plan with another state",
        """
        Snapshots and instances bear the lineage of the state that they are recorded in (`migplan:lineage`). One of the wanted name is of this
        plan, but of another state: that state was lost or lies elsewhere, or two people run the plan at once. An old snapshot holds old data, so
        it is not taken over by itself. Give the run its state back (`--state`), remove what the lost run left, or, where there is a new state already, tag it as that one's to go on with it.
        An instance that is what you wanted needs no move any more: leave its source out by `match.exclude`.
        """);

    private static readonly DiagnosticDescriptor OfAnotherInstanceDescriptor = new(
        "MP3617", Severity.Error, "a resource of the plan holds another instance's data",
        """
        What a move makes bears the instance that it is from (`migplan:from`: region, account and identifier). A resource of the wanted name is this plan's own, and from another
        instance, or nothing says from which: the move's source was changed, and the new identifier was not. It does not count as done, and it is left alone.
        Choose another `to.identifier`, or take back what was moved before with `migplan rollback`. Versions before this tag set none; where you know that
        the data is right, tag the resource, and it counts as done.
        """);

    private static readonly DiagnosticDescriptor OtherAccountDescriptor = new(
        "MP3618", Severity.Error, "a move leads to another account than it was planned for",
        """
        A plan says which account each instance leaves and which it goes to. Where no `roleArn` does, the caller's credentials decide, and by now they are another account's:
        its instances may have the same names, and nobody has asked for them to be moved. Use the credentials that the plan was made with. To move
        the other account's instances, take a manifest of another name, or roll back first.
        """);

    private static readonly DiagnosticDescriptor BeingDeletedDescriptor = new(
        "MP3619", Severity.Error, "a new identifier is that of an instance which is being deleted",
        "RDS takes minutes to delete an instance, after `migplan rollback` too, and its identifier is free only when it is gone.");

    private static readonly DiagnosticDescriptor ParameterGroupLostDescriptor = new(
        "MP3614", Severity.Warning, "a new instance does not get its parameter group",
        """
        A parameter group belongs to a region and an account, and no snapshot holds it. Where `to.parameterGroup` names none, RDS gives the new instance the default group
        of its engine and version, and what the old one sets is gone: preloaded libraries (pg_cron, pgaudit), logical replication, forced TLS. Make a group of the same
        family with the same parameters at the target and name it. Within one region and account the source's group is taken by itself.
        """);

    private static readonly DiagnosticDescriptor ProtectionLeftOffDescriptor = new(
        "MP3615", Severity.Note, "a new instance is not protected against deletion",
        "The source has deletion protection. The new instance is made without it, because `rollback` could not delete it otherwise. Turn it on when all is well.");

    private static readonly DiagnosticDescriptor NotLookedForDescriptor = new(
        "MP3616", Severity.Warning, "new instances of a finished move were not looked for",
        """
        The move has moved what it picked, and the account and region that it moves from can't be asked any more: roles that were made for the move are deleted when all is well.
        Whatever else its `match` would pick there by now stays. The rest of the plan goes on. A move that is taken out of the manifest is not looked at; what it made stays.
        """);

    public static Diagnostic NothingPicked(string move, string region, SourceSpan? span) => new()
    {
        Descriptor = NothingPickedDescriptor,
        Message = $"{move} picks no instance in {region}",
        Help = "check `match` (engine, identifiers, tags and exclude), the region and the account; what this plan itself has made is not picked",
        Subject = move,
        Span = span,
    };

    public static Diagnostic IdentifierUnfit(string instance, string identifier, SourceSpan? span) => new()
    {
        Descriptor = IdentifierUnfitDescriptor,
        Message = $"`{instance}` can't become `{identifier}`: RDS does not take that identifier",
        Help = "1 to 63 letters, digits and single hyphens, beginning with a letter",
        Subject = instance,
        Span = span,
    };

    public static Diagnostic IdentifierTakenTwice(string identifier, string first, string second, SourceSpan? span) => new()
    {
        Descriptor = IdentifierTakenTwiceDescriptor,
        Message = $"`{first}` and `{second}` would both become `{identifier}`",
        Help = "give each move its own `to.identifier`, with `{identifier}` in it where it picks more than one instance",
        Subject = identifier,
        Span = span,
    };

    public static Diagnostic KeyMissing(string instance, string region, SourceSpan? span) => new()
    {
        Descriptor = KeyMissingDescriptor,
        Message = $"`{instance}` is encrypted, and no key of {region} is named for its copy",
        Help = "set `to.kmsKeyId`",
        Subject = instance,
        Span = span,
    };

    /// <param name="instances">Those that are encrypted with the key.</param>
    public static Diagnostic KeyNeedsSharing(string key, string account, IReadOnlyList<string> instances, SourceSpan? span) => new()
    {
        Descriptor = KeyNeedsSharingDescriptor,
        Message = $"account {account} must be allowed to use the KMS key of `{instances[0]}`{(instances.Count > 1 ? $" and {instances.Count - 1} more" : "")}",
        Detail = key,
        Help = $"let `arn:aws:iam::{account}:root` use the key in its policy; the default key `aws/rds` can't be shared",
        Subject = instances[0],
        Span = span,
    };

    /// <param name="instances">Those that have the group.</param>
    public static Diagnostic ParameterGroupLost(string group, string region, IReadOnlyList<string> instances, SourceSpan? span) => new()
    {
        Descriptor = ParameterGroupLostDescriptor,
        Message =
            $"`{instances[0]}`{(instances.Count > 1 ? $" and {instances.Count - 1} more" : "")} will have the default parameter group in place of `{group}`",
        Help = $"make a group with the parameters of `{group}` in {region}, and set `to.parameterGroup`",
        Subject = instances[0],
        Span = span,
    };

    /// <param name="instances">Those that are protected.</param>
    /// <param name="identifier">What the first of them becomes.</param>
    public static Diagnostic ProtectionLeftOff(IReadOnlyList<string> instances, string identifier, string region, SourceSpan? span) => new()
    {
        Descriptor = ProtectionLeftOffDescriptor,
        Message = $"`{instances[0]}`{(instances.Count > 1 ? $" and {instances.Count - 1} more" : "")} will not be protected against deletion where it goes, so that `rollback` can take it back",
        Help = $"when all is well: aws rds modify-db-instance --region {region} --db-instance-identifier {identifier} --deletion-protection",
        Subject = instances[0],
        Span = span,
    };

    public static Diagnostic IdentifierTaken(string instance, string identifier, string region, string account, SourceSpan? span) => new()
    {
        Descriptor = IdentifierTakenDescriptor,
        Message = $"`{instance}` can't become `{identifier}`: account {account} has an instance of that name in {region}, and it is not this plan's",
        Help = "choose another `to.identifier`, or rename or remove what is there",
        Subject = instance,
        Span = span,
    };

    /// <param name="createdAt">In UTC.</param>
    public static Diagnostic SnapshotLeftOver(string instance, string snapshot, string region, string account, DateTime? createdAt, SourceSpan? span) => new()
    {
        Descriptor = SnapshotLeftOverDescriptor,
        Message = $"snapshot `{snapshot}` of `{instance}`{(createdAt is { } time ? $", taken {time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC," : "")} is left over from an earlier run in {region} of account {account}",
        Detail = "the instance that was restored from it is gone; today's data would not be in it",
        Help = $"delete it: aws rds delete-db-snapshot --region {region} --db-snapshot-identifier {snapshot}; or take back all that this plan has made: `migplan rollback`; or leave `{instance}` out (`exclude`)",
        Subject = snapshot,
        Span = span,
    };

    /// <param name="cause">Whose subject is the move's <c>from</c>.</param>
    public static Diagnostic NotLookedFor(Diagnostic cause) => cause with
    {
        Descriptor = NotLookedForDescriptor,
        Message = $"new instances of a finished move were not looked for: {cause.Message}",
        Help = $"nothing, where that account was left for good{(cause.Help is null ? "" : $"; else: {cause.Help}")}",
    };

    /// <param name="differences">Each as what it is, and what it should be.</param>
    public static Diagnostic MovedDiffers(string identifier, string region, string differences, SourceSpan? span) => new()
    {
        Descriptor = MovedDiffersDescriptor,
        Message = $"instance `{identifier}` in {region} was moved before, and stays as it is: {differences}",
        Help =
            $"change it yourself (aws rds modify-db-instance --region {region} --db-instance-identifier {identifier} …), or `migplan rollback` and apply anew",
        Subject = identifier,
        Span = span,
    };

    public static Diagnostic NotAvailable(string instance, string status, SourceSpan? span) => new()
    {
        Descriptor = NotAvailableDescriptor,
        Message = $"`{instance}` is `{status}`, and only an available instance can be snapshotted",
        Help = status is "stopped" ? "start it, or exclude it" : "wait, or exclude it",
        Subject = instance,
        Span = span,
    };

    /// <param name="lineage">Of this state; null where there is none yet.</param>
    public static Diagnostic OfAnotherState(string what, string identifier, string region, string plan, string? lineage, SourceSpan? span = null) => new()
    {
        Descriptor = OfAnotherStateDescriptor,
        Message = $"{what} `{identifier}` in {region} was begun by a run of plan `{plan}` whose state is not this one",
        Detail = "it is not taken over, because nobody knows any more what is in it",
        Help = $"find that state (`--state`); or delete it: aws rds delete-db-{what} --region {region} --db-{what}-identifier {identifier}{(what == "instance" ? " --skip-final-snapshot" : "")}; or "
            + (lineage is null ? "leave its source out (`match.exclude`)" : $"tag it migplan:lineage={lineage} to go on with it"),
        Subject = identifier,
        Span = span,
    };

    public static Diagnostic BeingDeleted(string instance, string identifier, string region, SourceSpan? span) => new()
    {
        Descriptor = BeingDeletedDescriptor,
        Message = $"`{instance}` can't become `{identifier}` yet: an instance of that name in {region} is being deleted",
        Help = $"wait: aws rds wait db-instance-deleted --region {region} --db-instance-identifier {identifier}",
        Subject = instance,
        Span = span,
    };

    /// <param name="origin">Whose data it holds; null where nothing says so.</param>
    /// <param name="wanted">Whose it should hold.</param>
    public static Diagnostic OfAnotherInstance(string what, string identifier, string region, string? origin, string wanted, SourceSpan? span = null) => new()
    {
        Descriptor = OfAnotherInstanceDescriptor,
        Message = origin is null
            ? $"nothing says that {what} `{identifier}` in {region} holds the data of {wanted}"
            : $"{what} `{identifier}` in {region} holds the data of {origin}, not of {wanted}",
        Help =
            $"choose another `to.identifier`, or `migplan rollback`{(origin is null ? $"; or, where you know that it does, tag it migplan:from={wanted}" : "")}",
        Subject = identifier,
        Span = span,
    };

    /// <param name="side">The move's: <c>instances[0].from</c>.</param>
    /// <param name="account">The one that the credentials are of.</param>
    /// <param name="planned">The one that the plan was made for.</param>
    public static Diagnostic OtherAccount(string side, string account, string planned) => new()
    {
        Descriptor = OtherAccountDescriptor,
        Message = $"`{side}` is account {account} by now, and was planned for {planned}",
        Help = "use the credentials that the plan was made with (AWS_PROFILE), or set `roleArn`",
        Subject = side,
    };
}
