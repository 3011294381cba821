using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary>What a snapshot copy needs, and what would make two instances one.</summary>
internal sealed class InstanceMoveRules : ManifestRule
{
    private const string Placeholder = "{identifier}";

    public InstanceMoveRules()
    {
        ForEach(input => input.Manifest.Instances, CheckIdentifier);
        ForEach(input => input.Manifest.Instances, CheckPlace);
    }

    private static void CheckIdentifier(RuleInput input, InstanceMove move, Action<string, Diagnostic> report)
    {
        var path = $"{move.Path}.to.identifier";
        var template = move.To.Identifier;
        if (template.Replace(Placeholder, "x", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'))
        {
            report(path, InstanceRuleDiagnostics.BadIdentifierTemplate(input.Value(path)));
        }
        else if (!template.Contains(Placeholder, StringComparison.Ordinal) && (move.From.Match.Identifiers is not [{ } only] || only.Contains('*', StringComparison.Ordinal)))
        {
            report(path, InstanceRuleDiagnostics.OneIdentifierForMany(input.Value(path)));
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

        var key = $"{move.Path}.to.kmsKeyId";
        if (to.KmsKeyId is { } id && id.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (Arn.Key(id) is not { } arn)
            {
                report(key, ArnDiagnostics.NotKeyArn(input.Value(key)));
            }
            else if (to.Region.Length > 0 && arn.Region != to.Region)
            {
                report(key, ArnDiagnostics.RegionsDisagree(input.Value(key), "the KMS key", arn.Region, "the target", to.Region));
            }
        }
    }
}
