using MigrationPlans.Manifest.Yaml;
using NJsonSchema.Validation;

namespace MigrationPlans.Validation.Schema;

/// <summary>Checks a tree against the schema and reports in our words, at our positions.</summary>
internal static class SchemaCheck
{
    public static void Check(MappingNode root, Findings findings)
    {
        var tokens = new TokenTree(root, findings);
        var errors = ManifestSchema.Instance.Validate(tokens.Convert());
        var report = new SchemaErrorReport(root, tokens, findings);
        // Causes before consequences: after a wrong type or a misspelled key, what is missing there only follows from it.
        foreach (var error in SchemaErrors.Flatten(errors, tokens).OrderBy(error => Rank(error.Kind)))
        {
            report.Add(error);
        }
    }

    private static int Rank(ValidationErrorKind kind) => kind switch
    {
        _ when IsTypeError(kind) => 0,
        ValidationErrorKind.NoAdditionalPropertiesAllowed => 1,
        _ => 2,
    };

    internal static bool IsTypeError(ValidationErrorKind kind) => kind is
        ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
        or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected
        or ValidationErrorKind.NullExpected or ValidationErrorKind.NoTypeValidates;
}
