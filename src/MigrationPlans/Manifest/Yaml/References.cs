using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>
/// Drops private <c>x-</c> keys and replaces <c>${env:NAME}</c>, everywhere but in passwords. A value that is used in two
/// places is replaced once, and what is wrong with it is said once.
/// </summary>
internal sealed partial class References(Func<string, string?> environment, ImmutableArray<Diagnostic>.Builder diagnostics)
{
    private readonly Dictionary<(ManifestNode Node, string? Property, bool InPassword), ManifestNode> done = [];
    private readonly HashSet<ManifestNode> reported = [];

    public MappingNode Resolve(MappingNode root) => (MappingNode)Resolve(root, null, inPassword: false);

    private ManifestNode Resolve(ManifestNode node, string? property, bool inPassword)
    {
        if (done.TryGetValue((node, property, inPassword), out var known))
        {
            return known;
        }

        ManifestNode resolved = node switch
        {
            MappingNode mapping => mapping.With(mapping.Properties
                .Where(child => UserKeys.AreUnder(property) || !child.Key.StartsWith("x-", StringComparison.Ordinal))
                .Select(child => child with { Value = Resolve(child, property, inPassword) })),
            SequenceNode sequence => sequence.With(sequence.Items.Select(item => Resolve(item, null, inPassword))),
            ScalarNode scalar => Resolve(scalar, inPassword),
            _ => node,
        };
        done.Add((node, property, inPassword), resolved);
        return resolved;
    }

    private ManifestNode Resolve(ManifestProperty child, string? holder, bool inPassword) => UserKeys.AreUnder(holder)
        ? Resolve(child.Value, null, inPassword)
        : Resolve(child.Value, child.Key, inPassword || child.Key == "password");

    private ScalarNode Resolve(ScalarNode scalar, bool inPassword)
    {
        if (scalar.IsBroken || !scalar.Text.Contains("${", StringComparison.Ordinal))
        {
            return scalar;
        }

        if (inPassword)
        {
            var variable = Reference().Match(scalar.Text) is { Success: true } match ? match.Groups["name"].Value : null;
            return Report(scalar, ManifestDiagnostics.ReferenceInPassword(scalar.Span, variable));
        }

        var text = new StringBuilder();
        var position = 0;
        while (scalar.Text.IndexOf("${", position, StringComparison.Ordinal) is >= 0 and var at)
        {
            if (at > position && scalar.Text[at - 1] == '$')
            {
                text.Append(scalar.Text, position, at - 1 - position).Append("${");
                position = at + 2;
                continue;
            }

            var match = Reference().Match(scalar.Text, at);
            if (!match.Success || match.Index != at)
            {
                return Report(scalar, ManifestDiagnostics.MalformedReference(scalar.Span));
            }

            var name = match.Groups["name"].Value;
            if (environment(name) is not { } value)
            {
                return Report(scalar, ManifestDiagnostics.VariableMissing(scalar.Span, name));
            }

            text.Append(scalar.Text, position, at - position).Append(value);
            position = at + match.Length;
        }

        var result = text.Append(scalar.Text, position, scalar.Text.Length - position).ToString();
        return new ScalarNode
        {
            Span = scalar.Span,
            Text = result,
            // Also in quotes: a reference inside braces needs them, and a port is a number all the same.
            Kind = ScalarKinds.OfPlain(result),
            IsPlain = scalar.IsPlain,
            IsFromVariable = true,
        };
    }

    private ScalarNode Report(ScalarNode scalar, Diagnostic diagnostic)
    {
        if (reported.Add(scalar))
        {
            diagnostics.Add(diagnostic);
        }

        return ScalarNode.Broken(scalar.Span);
    }

    [GeneratedRegex("\\$\\{env:(?<name>[A-Za-z_][A-Za-z0-9_]*)\\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Reference();
}
