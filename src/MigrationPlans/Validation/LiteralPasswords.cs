using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation;

/// <summary>Finds passwords that are written out, also where the schema would only see an unknown key. Never repeats what it finds.</summary>
internal static partial class LiteralPasswords
{
    public static void Check(MappingNode root, Findings findings) => Check(root, ManifestPath.Root, isUserKeyed: false, findings);

    /// <summary>The mapping holds a password, or is the place for one: its unknown keys may be stray parts of it.</summary>
    public static bool MayLeak(MappingNode? mapping, string path) =>
        path.EndsWith(".password", StringComparison.Ordinal) || path.EndsWith(".credentials", StringComparison.Ordinal)
        || mapping?.Properties.Any(property => SecretKeys.AreStray(property.Key)) == true;

    private static void Check(MappingNode mapping, string path, bool isUserKeyed, Findings findings)
    {
        foreach (var property in mapping.Properties)
        {
            var child = ManifestPath.Property(path, property.Key);
            if (property.Value is ScalarNode scalar && IsPassword(scalar, property.Key, isUserKeyed))
            {
                findings.Report(child, EndpointDiagnostics.LiteralPassword(property.KeySpan, ManifestPath.Parent(child)));
            }
            else
            {
                Check(property.Value, child, !isUserKeyed && UserKeys.AreUnder(property.Key), findings);
            }
        }
    }

    private static void Check(ManifestNode node, string path, bool isUserKeyed, Findings findings)
    {
        switch (node)
        {
            case MappingNode mapping:
                Check(mapping, path, isUserKeyed, findings);
                break;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    Check(sequence.Items[i], ManifestPath.Item(path, i), isUserKeyed: false, findings);
                }

                break;
            case ScalarNode scalar when IsInText(scalar.Text):
                findings.Report(path, EndpointDiagnostics.LiteralPassword(scalar.Span, path));
                break;
        }
    }

    private static bool IsPassword(ScalarNode scalar, string key, bool isUserKeyed) =>
        !scalar.IsBroken && scalar.Text.Length > 0 && scalar.Kind != ScalarKind.Null
        && ((!isUserKeyed && SecretKeys.NamePassword(key)) || IsInText(scalar.Text));

    /// <summary>A URL or a connection string with a password in it.</summary>
    private static bool IsInText(string text) => Quoting.HoldsUrlPassword(text) || ConnectionString().IsMatch(text);

    [GeneratedRegex("\\b(password|pwd)\\s*=\\s*\\S", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ConnectionString();
}
