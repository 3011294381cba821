using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>What <c>include</c> and <c>exclude</c> pick makes sense.</summary>
internal sealed class SelectionRules : ManifestRule
{
    public SelectionRules()
    {
        ForEach(input => input.Manifest.Databases, (input, mapping, report) =>
        {
            CheckEmpty(input, mapping, report);
            CheckPatterns(input, $"{mapping.Path}.include", mapping.Include, report);
            CheckPatterns(input, $"{mapping.Path}.exclude", mapping.Exclude, report);
            CheckTableData(input, mapping, report);
            CheckOverlap(input, mapping, report);
        });
    }

    /// <summary>Whoever writes it expects nothing to come along, or forgot what shall: taking everything would be the third.</summary>
    private static void CheckEmpty(RuleInput input, DatabaseMapping mapping, Action<string, Diagnostic> report)
    {
        var path = $"{mapping.Path}.include";
        if (mapping.Include is null
            && input.Node(mapping)?["include"] is MappingNode include
            && include.Properties.All(property => property.Value is SequenceNode { Items.IsEmpty: true }))
        {
            report(
                path,
                ManifestSchemaDiagnostics.WrongLength(input.Value(path), path, "is empty", "it picks nothing; leave `include` out to take everything"));
        }
    }

    private static void CheckPatterns(RuleInput input, string path, Selection? selection, Action<string, Diagnostic> report)
    {
        foreach (var (property, patterns) in new[] { ("tables", selection?.Tables ?? []), ("tableData", selection?.TableData ?? []) })
        {
            for (var i = 0; i < patterns.Length; i++)
            {
                var item = ManifestPath.Item($"{path}.{property}", i);
                var parts = patterns[i].Split('.', 2);
                if (parts is not [{ Length: > 0 }, { Length: > 0 }])
                {
                    report(item, MappingDiagnostics.NotTablePattern(input.Value(item), patterns[i]));
                }
            }
        }
    }

    private static void CheckTableData(RuleInput input, DatabaseMapping mapping, Action<string, Diagnostic> report)
    {
        if (mapping.Include is { TableData.IsEmpty: false })
        {
            var path = $"{mapping.Path}.include.tableData";
            report(path, MappingDiagnostics.TableDataInInclude(input.Key(path)));
        }
    }

    private static void CheckOverlap(RuleInput input, DatabaseMapping mapping, Action<string, Diagnostic> report)
    {
        if (mapping is not { Include: { } include, Exclude: { } exclude })
        {
            return;
        }

        Check("schemas", include.Schemas, pattern => exclude.Schemas.FirstOrDefault(other => SelectionFilter.Matches(other, pattern)));
        Check("tables", include.Tables, pattern =>
            exclude.Tables.FirstOrDefault(other => SelectionFilter.Matches(other, pattern))
            ?? exclude.Schemas.FirstOrDefault(other => SelectionFilter.Matches(other, pattern.Split('.', 2)[0])));

        void Check(string property, ImmutableArray<string> patterns, Func<string, string?> excludedBy)
        {
            for (var i = 0; i < patterns.Length; i++)
            {
                var item = ManifestPath.Item($"{mapping.Path}.include.{property}", i);
                if (excludedBy(patterns[i]) is { } other)
                {
                    report(item, MappingDiagnostics.IncludedAndExcluded(input.Value(item), patterns[i], other));
                }
            }
        }
    }
}
