using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares everything but rows: definitions, owners, grants, positions of sequences, and what belongs to the databases themselves.</summary>
/// <param name="hash">Says in which encoding text is hashed.</param>
/// <param name="missingProviders">Of security labels, which the target therefore can't have.</param>
internal sealed class ObjectComparison(
    SharedSnapshot source, SharedSnapshot target, RowHash hash, IReadOnlySet<string> missingProviders, DatabaseMapping mapping)
{
    private const int FirstWithMaintain = 17;

    private const int FirstWithNotNullConstraints = 18;

    // Somebody gave them beforehand, for what these roles create, and only who acts for one can take its away. The run acts for those that
    // own what it brought, which afterwards the login may not.
    private const string OthersDefaultsSql =
        """
        SELECT r.rolname::pg_catalog.text, r.rolsuper
        FROM pg_catalog.pg_roles r
        WHERE EXISTS (SELECT FROM pg_catalog.pg_default_acl d WHERE d.defaclrole OPERATOR(pg_catalog.=) r.oid) AND NOT pg_catalog.pg_has_role(r.oid, 'USAGE')
          AND (r.rolsuper OR NOT EXISTS (
            SELECT FROM pg_catalog.pg_shdepend o
             WHERE o.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass AND o.refobjid OPERATOR(pg_catalog.=) r.oid AND o.deptype OPERATOR(pg_catalog.=) 'o'
               AND o.dbid OPERATOR(pg_catalog.=) (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
               AND o.classid NOT IN ('pg_catalog.pg_default_acl'::pg_catalog.regclass, 'pg_catalog.pg_namespace'::pg_catalog.regclass, 'pg_catalog.pg_extension'::pg_catalog.regclass)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid OPERATOR(pg_catalog.=) o.classid AND e.objid OPERATOR(pg_catalog.=) o.objid AND e.deptype OPERATOR(pg_catalog.=) 'e')))
        """;

    /// <summary>How verify-objects.sql names them.</summary>
    private const string Multirange = "multirange type of ";

    /// <summary>From 14 on there are multirange types; from 17 on they belong to whom their range types belong to, and have their privileges.</summary>
    private bool HaveOwnMultiranges => new[] { source.ServerMajor, target.ServerMajor }.All(major => major is >= 14 and < 17);

    public async Task<(ImmutableArray<ObjectDifference> Differences, ImmutableArray<LeftOutDifference> LeftOut, ImmutableArray<UncomparedRows> Unread)>
        CompareAsync(CancellationToken cancellationToken)
    {
        var (definitions, otherSequences) = await CompareDefinitionsAsync(cancellationToken);
        // Sequences in sessions of their own, before these two, which read catalogs only: a login may have few connections.
        var (positions, unread) = await source.ReadPresentAsync(
            onSource => target.ReadPresentAsync(
                onTarget => SequenceComparison.CompareAsync(onSource, onTarget, mapping, otherSequences, cancellationToken),
                cancellationToken),
            cancellationToken);
        await using var here = await source.OpenAsync(cancellationToken);
        await using var there = await target.OpenAsync(cancellationToken);
        var isUnfinished = await TargetLedger.ExistsAsync(there, cancellationToken);
        var fixedPublic = await PublicSchemaLook.ReadAsync(there, cancellationToken) is { IsFixed: true } look ? look : null;
        var lone = await LoneExtensions.ReadAsync(there, definitions, cancellationToken);
        // What the run noted; afterwards, those with an extension in them, whose owners are others than on the source.
        var fixedSchemas = await FixedSchemas.ReadNotedAsync(there, cancellationToken)
            ?? [.. (await FixedSchemaLook.ReadAsync(there, cancellationToken)).Where(schema => schema.HoldsExtension)];
        fixedSchemas = fixedSchemas.RemoveAll(schema => !definitions.Any(difference => difference is { Kind: "owner", Source: not null, Target: not null }
            && ListedSchema.IsAbout(schema.Name, difference)));
        var others = await there.QueryAsync(OthersDefaultsSql, row => (Role: row.GetString(0), IsSuperuser: row.GetBoolean(1)), cancellationToken);
        var (properties, refused) = await DatabasePropertyComparison.CompareAsync(here, there, missingProviders, mapping, cancellationToken);
        var byReason = definitions.ToLookup(difference => lone.Explain(difference)
            ?? ExplainFixed(difference)
            ?? ExplainDefaults(difference)
            ?? ExplainMultirange(difference));
        ImmutableArray<ObjectDifference> differences =
        [
            .. byReason[null].Where(difference => !IsByDesign(difference, isUnfinished, fixedPublic is not null)),
            .. await SubscriptionComparison.CompareAsync(here, there, mapping, cancellationToken),
            .. await LargeObjectRights.CompareAsync(here, there, mapping, cancellationToken),
            .. properties,
        ];
        ImmutableArray<LeftOutDifference> leftOut =
        [
            .. byReason.Where(group => group.Key is not null).SelectMany(group => group.Select(difference => new LeftOutDifference(
                difference.Kind, difference.Name, difference.Source, difference.Target, group.Key!))),
            .. fixedPublic is null ? [] : LeftOutOf(await PublicSchemaLook.ReadAsync(here, cancellationToken), fixedPublic),
            .. refused,
            .. await ExtensionMemberComparison.CompareAsync(here, there, mapping, cancellationToken),
            .. await ExtensionChangeComparison.CompareAsync(here, there, mapping, cancellationToken),
        ];
        return ([.. differences, .. positions], leftOut, unread);

        string? ExplainFixed(ObjectDifference difference) =>
            difference.Kind != "schema" && fixedSchemas.Any(schema => ListedSchema.IsAbout(schema.Name, difference))
                ? "the schema belongs to another role there, and the login may not change it"
                : null;

        string? ExplainDefaults(ObjectDifference difference) => difference is { Kind: ListedObject.DefaultPrivileges, Source: null }
            ? others.Where(other => difference.Name.Contains($" of {other.Role} to ", StringComparison.Ordinal))
                .Select(other => other.IsSuperuser ? "only a superuser may take them away" : "the login can't act for that role").FirstOrDefault()
            : null;

        string? ExplainMultirange(ObjectDifference difference) =>
            IsOfMultirange(difference) ? "a login that may not act for its owner has multirange types of its own" : null;
    }

    /// <summary>A change that was under way during a look can seem a difference that there never was: only what two looks find is one.</summary>
    private async Task<Look> CompareDefinitionsAsync(CancellationToken cancellationToken)
    {
        var look = await LookAsync(cancellationToken);
        return look.Differences.IsEmpty ? look : look with { Differences = [.. look.Differences.Intersect((await LookAsync(cancellationToken)).Differences)] };
    }

    private Task<Look> LookAsync(CancellationToken cancellationToken) => SharedSnapshot.ReadDefinitionsAsync(
        source,
        target,
        async (onSource, onTarget) =>
        {
            var left = await source.TranslateAsync(LeftBehind.ReadAsync(onSource, mapping, cancellationToken));
            var pairing = new ObjectPairing(mapping, left, new ObjectComparer(left, source.ServerMajor == target.ServerMajor));
            await ListAsync(onSource, onTarget, pairing, cancellationToken);
            return new Look([.. pairing.Differences()], [.. pairing.OtherSequences]);
        },
        cancellationToken);

    /// <summary>In step: who is ahead waits, or all that it has told would be held until the other has told it too.</summary>
    private async Task ListAsync(NpgsqlConnection onSource, NpgsqlConnection onTarget, ObjectPairing pairing, CancellationToken cancellationToken)
    {
        var older = Math.Min(source.ServerMajor, target.ServerMajor);
        var scope = new ListingScope(
            older >= FirstWithMaintain, target.IsSuperuser, HaveOwnMultiranges, older >= FirstWithNotNullConstraints, [.. mapping.SkipExtensions], hash);
        var texts = new TextPool();
        var opened = await Task.WhenAll(
            ObjectListing.OpenAsync(onSource, source.Subject, scope, texts, cancellationToken),
            ObjectListing.OpenAsync(onTarget, target.Subject, scope, texts, cancellationToken));
        await using var here = opened[0];
        await using var there = opened[1];
        for (var isMore = true; isMore;)
        {
            var listed = await Task.WhenAll(here.NextAsync(cancellationToken), there.NextAsync(cancellationToken));
            if (listed[0] is { } one)
            {
                pairing.AddSource(one);
            }

            if (listed[1] is { } other)
            {
                pairing.AddTarget(other);
            }

            isMore = listed.Any(item => item is not null);
        }
    }

    /// <summary>What <see cref="MultirangeTypes"/> could not give: it is listed, and keeps no run from ending.</summary>
    private bool IsOfMultirange(ObjectDifference difference) =>
        (!target.IsSuperuser || mapping.Roles.Create == RoleCreation.None)
        && difference.Kind is ("owner" or "grant")
        && difference.Name.StartsWith(Multirange, StringComparison.Ordinal);

    private bool IsByDesign(ObjectDifference difference, bool isUnfinished, bool isPublicFixed) =>
        (isPublicFixed && PublicSchema.IsAbout((difference.Kind, difference.Name)))
        || (isUnfinished && IsOnlyAsleep(difference))
        || (difference.Kind == "security label" && missingProviders.Any(provider => difference.Name.EndsWith($" of {provider}", StringComparison.Ordinal)));

    /// <summary>As <see cref="EventTriggers"/> are until a run has ended: the same but for the last letter, which says when it fires.</summary>
    private static bool IsOnlyAsleep(ObjectDifference difference) =>
        difference is { Kind: "event trigger", Source: { } onSource, Target: { } onTarget } && onTarget.EndsWith('D') && onSource[..^1] == onTarget[..^1];

    /// <summary>What is said of the schema public and could not be carried over.</summary>
    private ImmutableArray<LeftOutDifference> LeftOutOf(PublicSchemaFacts? here, PublicSchemaFacts there)
    {
        var filter = SelectionFilter.For(mapping);
        return (here is null ? filter.IsEverything : filter.PicksSchema("public"))
            ? [.. PublicSchemaDifference.Find(here, there, role => Sides.MapRole(mapping, role)).Select(difference => new LeftOutDifference(
                difference.Kind,
                difference.Name,
                difference.Source,
                difference.Target,
                $"the schema belongs to the superuser {there.Owner} there, and the login may not change it"))]
            : [];
    }

    /// <param name="OtherSequences">Those of the source that are not picked, as listed.</param>
    private sealed record Look(ImmutableArray<ObjectDifference> Differences, ImmutableHashSet<string> OtherSequences);
}
