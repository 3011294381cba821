using System.Diagnostics;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;
using NJsonSchema;
using NJsonSchema.Validation;

namespace MigrationPlans.Validation.Schema;

/// <summary>Says a schema error in words that name what is there, what should be there, and what was probably meant.</summary>
internal sealed class SchemaErrorReport(MappingNode root, TokenTree tokens, Findings findings)
{
    private readonly SourceMap map = SourceMapBuilder.Build(root);

    public void Add(ValidationError error)
    {
        var (path, node) = tokens.Locate(error.Path);
        var span = map.Value(path)!;
        var schema = error.Schema.ActualSchema;
        switch (error.Kind)
        {
            case var kind when SchemaCheck.IsTypeError(kind):
                findings.Report(path, SchemaWords.WrongType(kind, span, path, node));
                break;
            case ValidationErrorKind.PropertyRequired:
                var parent = ManifestPath.Parent(path);
                findings.Report(
                    path,
                    ManifestSchemaDiagnostics.MissingProperty(Head(parent), tokens.Original(error.Property!), parent, schema.Title ?? "this"));
                break;
            case ValidationErrorKind.NoAdditionalPropertiesAllowed:
                AddUnknownProperty(error, path, schema);
                break;
            case ValidationErrorKind.NotInEnumeration:
                AddNotAllowed(error, path, span, node, schema);
                break;
            case ValidationErrorKind.PatternMismatch:
                findings.Report(path, ManifestSchemaDiagnostics.WrongForm(span, path, SchemaWords.Form(schema)));
                break;
            case ValidationErrorKind.NumberTooBig or ValidationErrorKind.NumberTooSmall:
                findings.Report(path, ManifestSchemaDiagnostics.OutOfRange(span, path, $"from {schema.Minimum} to {schema.Maximum}"));
                break;
            case ValidationErrorKind.StringTooShort or ValidationErrorKind.TooFewItems:
                findings.Report(path, ManifestSchemaDiagnostics.WrongLength(span, path, "is empty"));
                break;
            case ValidationErrorKind.ItemsNotUnique when node is SequenceNode list:
                AddRepeatedItems(path, list);
                break;
            case ValidationErrorKind.NotOneOf:
                AddAlternatives(path, span, node, schema);
                break;
            default:
                // Of keywords that the schema does not use; a test holds which those are.
                throw new UnreachableException($"{error.Kind} at {path}");
        }
    }

    private void AddUnknownProperty(ValidationError error, string path, JsonSchema schema)
    {
        var key = tokens.Original(error.Property!);
        var parent = ManifestPath.Parent(path);
        var known = schema.Properties.Keys.ToList();
        var meant = DidYouMean.Find(key, known);
        var span = map.Key(path)!;
        // What was meant counts as said: that it is missing would only be an echo.
        string[] broken = meant is null ? [path] : [path, ManifestPath.Property(parent, meant)];
        findings.Report(
            path,
            ManifestDiagnostics.UnknownProperty(span, MayBeSecret(error, key, meant, parent) ? null : key, parent, schema.Title ?? "this", meant, known),
            broken);
    }

    /// <summary>The key stands where passwords do, and is not just a slip in writing another: it may be a part of one.</summary>
    private bool MayBeSecret(ValidationError error, string key, string? meant, string parent) =>
        LiteralPasswords.MayLeak(tokens.ParentOf(error.Path), parent)
        && !(meant is not null && key.All(char.IsAsciiLetter) && (DidYouMean.AreNear(key, meant) || meant.StartsWith(key, StringComparison.OrdinalIgnoreCase)));

    private void AddNotAllowed(ValidationError error, string path, SourceSpan span, ManifestNode? node, JsonSchema schema)
    {
        var allowed = schema.Enumeration.Select(value => SchemaWords.Json(value)).ToList();
        var text = node is ScalarNode scalar && !(scalar.Kind == ScalarKind.Text && SecretKeys.MayHoldSecret(error.Property ?? "")) ? scalar.Text : null;
        findings.Report(path, ManifestSchemaDiagnostics.NotAllowed(span, path, text, allowed, text is null ? null : DidYouMean.Find(text, allowed)));
    }

    private void AddRepeatedItems(string path, SequenceNode list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is ScalarNode scalar && !seen.Add(scalar.Text))
            {
                var item = ManifestPath.Item(path, i);
                findings.Report(item, ManifestSchemaDiagnostics.RepeatedItem(scalar.Span, item));
            }
        }
    }

    private void AddAlternatives(string path, SourceSpan span, ManifestNode? node, JsonSchema schema)
    {
        var branches = schema.OneOf.Select(branch => branch.ActualSchema).ToList();
        if (branches.Any(branch => branch.Type != JsonObjectType.None))
        {
            findings.Report(path, SchemaWords.WrongType(ValidationErrorKind.NoTypeValidates, span, path, node));
        }
        else if (node is MappingNode mapping)
        {
            // A branch with a `not` is for a part of one of the others.
            var alternatives = branches.Where(branch => branch.Not is null).SelectMany(branch => branch.RequiredProperties).ToList();
            var given = mapping.Properties.Where(property => alternatives.Contains(property.Key)).ToList();
            var parts = alternatives.Select(alternative => ManifestPath.Property(path, alternative)).ToList();
            if (given.Count == 0 && !parts.Any(findings.IsBroken))
            {
                findings.Report(path, ManifestSchemaDiagnostics.NoAlternative(Head(path), path, schema.Title ?? "this", alternatives), parts);
            }
            else if (given.Count > 1)
            {
                findings.Report(path, ManifestSchemaDiagnostics.SeveralAlternatives(given[1].KeySpan, path, [.. given.Select(property => property.Key)]), []);
            }

            // One that is there and yet does not count is broken, and has its own finding.
        }
    }

    /// <summary>The key of a mapping is a better place for what it lacks than all its lines.</summary>
    private SourceSpan Head(string path) => path.Length == 0
        ? map.Value(path)! with { EndLine = map.Value(path)!.Line, EndColumn = map.Value(path)!.Column + 1 }
        : map.Key(path)!;
}
