using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

/// <summary>Whatever a manifest says is part of its digest, but for what is listed here.</summary>
internal sealed class ManifestDigestTests
{
    private static readonly string[] LeftOut = ["File", "Digest", "Labels", "Sources.Path", "Targets.Path", "Databases.Path", "Instances.Path"];

    /// <summary>Holds each kind of endpoint, login and setting.</summary>
    private static MigrationManifest Full => Manifests.Valid(Manifests.Full
        .Replace("targets:\n", "  other: { rds: { instance: other }, credentials: { iam: { username: a } } }\ntargets:\n", StringComparison.Ordinal)
        .Replace(
            "databases:\n",
            "databases:\n  - { from: other/x, to: nonprod/x, roles: { passwords: copy }, include: { tables: [a.b] } }\n",
            StringComparison.Ordinal));

    [Test]
    public void Every_value_is_part_of_the_digest_but_for_names_of_files_places_and_labels()
    {
        var manifest = Full;
        var digest = ManifestDigest.Of(manifest);
        var changes = Changed(manifest, "").ToList();
        var without = changes.Where(change => ManifestDigest.Of((MigrationManifest)change.Value) == digest).Select(change => change.Path).Distinct();
        Assert.Multiple(() =>
        {
            Assert.That(
                changes.Select(change => change.Path),
                Does.Contain("Sources.Credentials.Password.File").And.Contain("Instances.From.Match.Tags").And.Contain("Databases.Roles.Passwords"));
            Assert.That(without, Is.EquivalentTo(LeftOut));
        });
    }

    /// <summary>The value with one of its leaves changed, for each of them.</summary>
    private static IEnumerable<(string Path, object Value)> Changed(object value, string path) => value switch
    {
        string text => [(path, text + "x")],
        bool flag => [(path, !flag)],
        int number => [(path, number + 1)],
        Enum member => [(path, Enum.GetValues(member.GetType()).Cast<object>().First(other => !other.Equals(member)))],
        ImmutableSortedDictionary<string, string> map => [(path, map.Add("one", "more"))],
        ImmutableArray<string> list => [(path, list.Add("more"))],
        IList list => ChangedItems(list, path),
        _ => ChangedProperties(value, path),
    };

    private static IEnumerable<(string Path, object Value)> ChangedItems(IList list, string path)
    {
        for (var i = 0; i < list.Count; i++)
        {
            foreach (var (inner, changed) in Changed(list[i]!, path))
            {
                var replace = list.GetType().GetMethods().Single(method => method.Name == "SetItem" && !method.IsStatic);
                yield return (inner, replace.Invoke(list, [i, changed])!);
            }
        }
    }

    private static IEnumerable<(string Path, object Value)> ChangedProperties(object record, string path)
    {
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var inner = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var changes = property.GetValue(record) is { } value ? Changed(value, inner)
                : type == typeof(string) ? [(inner, "x")]
                : type == typeof(int) ? [(inner, 1)]
                : type.IsEnum ? [(inner, Enum.GetValues(type).GetValue(0)!)]
                // Records that are not there here are there elsewhere in the manifest.
                : Array.Empty<(string, object)>();
            foreach (var (changedPath, changed) in changes)
            {
                var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
                property.SetValue(copy, changed);
                yield return (changedPath, copy);
            }
        }
    }
}
