using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary>What a snapshot copy needs, and what would make two instances one.</summary>
internal sealed partial class InstanceMoveRules : ManifestRule
{
    private const string Placeholder = InstanceIdentifier.Placeholder;

    /// <summary>AWS refuses the one; by the other a run knows what is its own.</summary>
    private static readonly string[] ReservedTags = ["aws:", "migplan:"];

    public InstanceMoveRules()
    {
        ForEach(input => input.Manifest.Instances, CheckIdentifier);
        ForEach(input => input.Manifest.Instances, CheckPlace);
        ForEach(input => input.Manifest.Instances, CheckKey);
        ForEach(input => input.Manifest.Instances, CheckNames);
        ForEach(input => input.Manifest.Instances, CheckExternalIds);
    }

    private static void CheckIdentifier(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        var path = $"{move.Path}.to.identifier";
        var template = move.To.Identifier;
        if (template.Replace(Placeholder, "x", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'))
        {
            report(path, InstanceRuleDiagnostics.BadIdentifierTemplate(input.Value(path)));
        }
        else if (!template.Contains(Placeholder, StringComparison.Ordinal)
            && (move.From.Match.Identifiers is not [{ } only] || only.Contains('*', StringComparison.Ordinal)))
        {
            report(path, InstanceRuleDiagnostics.OneIdentifierForMany(input.Value(path)));
        }
        else if (!InstanceIdentifier.IsValid(template.Replace(Placeholder, "x", StringComparison.Ordinal)))
        {
            report(path, InstanceRuleDiagnostics.IdentifierNeverFits(input.Value(path)));
        }
        else if (template == Placeholder && move.From.Region == move.To.Region && move.From.RoleArn == move.To.RoleArn)
        {
            report(path, InstanceRuleDiagnostics.InstanceOntoItself(input.Value(path)));
        }
    }

    private static void CheckPlace(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        var to = move.To;
        var zone = $"{move.Path}.to.availabilityZone";
        if (to is { MultiAz: true, AvailabilityZone: not null })
        {
            report(zone, InstanceRuleDiagnostics.ZoneWithMultiAz(input.Key(zone)));
        }
        else if (to.AvailabilityZone is { } place && to.Region.Length > 0 && !place.StartsWith(to.Region, StringComparison.Ordinal))
        {
            report(zone, ArnDiagnostics.RegionsDisagree(input.Value(zone), "the availability zone", place, "the target", to.Region));
        }
    }

    private static void CheckKey(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        var path = $"{move.Path}.to.kmsKeyId";
        if (move.To.KmsKeyId is not { } key || KeyName().IsMatch(key))
        {
            return;
        }

        if (Arn.Key(key) is not { } arn)
        {
            report(
                path,
                key.StartsWith("arn:", StringComparison.Ordinal) ? ArnDiagnostics.NotKeyArn(input.Value(path)) : ArnDiagnostics.NotKey(input.Value(path)));
        }
        else if (move.To.Region.Length > 0 && arn.Region != move.To.Region)
        {
            report(path, ArnDiagnostics.RegionsDisagree(input.Value(path), "the KMS key", arn.Region, "the target", move.To.Region));
        }
    }

    private static void CheckNames(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        var engine = $"{move.Path}.from.match.engine";
        if (move.From.Match.Engine.StartsWith("aurora", StringComparison.Ordinal))
        {
            report(engine, InstanceValueDiagnostics.EngineNotMoved(input.Value(engine), move.From.Match.Engine));
        }

        var group = $"{move.Path}.to.subnetGroup";
        if (move.To.SubnetGroup is { } name && !SubnetGroup().IsMatch(name))
        {
            report(
                group,
                InstanceValueDiagnostics.Unfit(
                    input.Value(group),
                    "a DB subnet group",
                    "up to 255 letters, digits, spaces, `.`, `_` and `-`, beginning with a letter"));
        }

        foreach (var tag in move.To.Tags.Keys.Where(tag => ReservedTags.Any(prefix => tag.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))))
        {
            var path = ManifestPath.Property($"{move.Path}.to.tags", tag);
            report(path, InstanceValueDiagnostics.TagReserved(input.Key(path), tag));
        }
    }

    private static void CheckExternalIds(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        foreach (var (side, role, id) in new[] { ("from", move.From.RoleArn, move.From.ExternalId), ("to", move.To.RoleArn, move.To.ExternalId) })
        {
            var path = $"{move.Path}.{side}.externalId";
            if (id is not null && role is null)
            {
                report(path, InstanceValueDiagnostics.ExternalIdWithoutRole(input.Key(path)));
            }
            else if (id is not null && !ExternalId().IsMatch(id))
            {
                report(path, InstanceValueDiagnostics.Unfit(input.Value(path), "an external id", "2 to 1224 letters, digits and `_+=,.@:/-`"));
            }
        }
    }

    /// <summary>An id, that of a multi-region key too, or an alias.</summary>
    [GeneratedRegex(
        "^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|mrk-[0-9a-f]{32}|alias/[A-Za-z0-9/_-]{1,250})\\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex KeyName();

    /// <remarks>https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html</remarks>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9._ -]{0,254}\\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex SubnetGroup();

    /// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html</remarks>
    [GeneratedRegex("^[A-Za-z0-9_+=,.@:/-]{2,1224}\\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ExternalId();
}
