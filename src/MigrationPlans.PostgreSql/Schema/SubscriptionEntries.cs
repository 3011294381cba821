using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Makes entries of subscriptions. pg_dump is not asked for them: it writes passwords, and the slot, into what can be an archive on disk.
/// Without a slot nobody who enables one takes the source's away, and dropping it connects to nobody.
/// </summary>
internal static class SubscriptionEntries
{
    /// <summary>From here on there is streaming, and newer servers take it for the default.</summary>
    private const int StreamingVersion = 14;

    /// <summary>Below the ids of dumps, which are positive, and of <see cref="ArchiveAssembly"/>'s own.</summary>
    private const int FirstId = -2;

    public static IEnumerable<Subscription> Carried(DatabaseMapping mapping, SourceTraits source, TargetTraits target) =>
        source.Subscriptions.Where(subscription => ReasonLeft(subscription, mapping, source, target) is null);

    /// <summary>Those that stay behind, each with the reason where they were asked for.</summary>
    public static IEnumerable<string> Left(DatabaseMapping mapping, SourceTraits source, TargetTraits target) =>
        from subscription in source.Subscriptions
        let reason = ReasonLeft(subscription, mapping, source, target)
        where reason is not null
        select mapping.Subscriptions == SubscriptionPolicy.Copy ? $"subscription {subscription.Name} ({reason})" : $"subscription {subscription.Name}";

    public static IEnumerable<SchemaEntry> Of(IEnumerable<Subscription> subscriptions, int targetMajor) =>
        subscriptions.SelectMany((subscription, i) => Of(subscription, FirstId - (2 * i), targetMajor));

    /// <summary>For messages: with the slot that the target is to take over.</summary>
    public static string Describe(Subscription subscription) => subscription.Slot is { } slot ? $"{subscription.Name} (slot {slot})" : subscription.Name;

    private static string? ReasonLeft(Subscription subscription, DatabaseMapping mapping, SourceTraits source, TargetTraits target)
    {
        var rule = new SubscriptionRule { IsReadable = source.ReadsSubscriptions, TargetMajor = target.MajorVersion, TargetIsSuperuser = target.IsSuperuser };
        return rule.ReasonLeft(mapping, target.Superusers.Contains(mapping.Roles.Map.GetValueOrDefault(subscription.Owner, subscription.Owner)));
    }

    private static IEnumerable<SchemaEntry> Of(Subscription subscription, int id, int targetMajor)
    {
        var name = SqlText.Identifier(subscription.Name);
        var publications = string.Join(", ", subscription.Publications.Select(SqlText.Identifier));
        string[] streaming = targetMajor >= StreamingVersion && !subscription.Options.Any(option => option.StartsWith("streaming ", StringComparison.Ordinal))
            ? ["streaming = off"]
            : [];
        var options = string.Join(", ", (string[])["connect = false", "slot_name = NONE", .. subscription.OptionsAt(targetMajor), .. streaming]);
        var create = $"CREATE SUBSCRIPTION {name} CONNECTION {SqlText.Literal(subscription.Connection)} PUBLICATION {publications} WITH ({options});\n"
            + $"ALTER SUBSCRIPTION {name} OWNER TO {SqlText.Identifier(subscription.Owner)};";
        yield return Entry("SUBSCRIPTION", subscription.Name, create, id);
        if (subscription.Comment is { } comment)
        {
            yield return Entry("COMMENT", $"SUBSCRIPTION {subscription.Name}", $"COMMENT ON SUBSCRIPTION {name} IS {SqlText.Literal(comment)};", id - 1) with
            {
                DependsOn = [id],
            };
        }
    }

    private static SchemaEntry Entry(string kind, string tag, string sql, int id) => new()
    {
        Id = id,
        Kind = kind,
        Tag = tag,
        Section = SchemaSection.PostData,
        Sql = sql,
        Digest = SchemaEntry.DigestOf(kind, schema: null, tag, sql),
    };
}
