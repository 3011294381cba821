using MigrationPlans.Manifest.Yaml;
using NJsonSchema.Validation;

namespace MigrationPlans.Validation.Schema;

/// <summary>Checks a tree against the schema and reports in our words, at our positions.</summary>
internal static class SchemaCheck
{
    /// <param name="effective">The same tree over its defaults.</param>
    public static void Check(MappingNode root, MappingNode effective, Findings findings)
    {
        var tokens = new TokenTree(root, effective, findings);
        var errors = Errors(tokens, withEmptied: false);
        if (tokens.HasEmptied)
        {
            // A key that is not known is a slip also where its value is empty.
            errors = errors.Concat(Errors(tokens, withEmptied: true).Where(error => error.Kind == ValidationErrorKind.NoAdditionalPropertiesAllowed));
        }

        var report = new SchemaErrorReport(root, tokens, findings);
        // Causes before consequences: after a wrong type or a misspelled key, what is missing there only follows from it.
        foreach (var error in errors.OrderBy(error => Rank(error.Kind)))
        {
            report.Add(error);
        }
    }

    private static IEnumerable<ValidationError> Errors(TokenTree tokens, bool withEmptied) =>
        [.. SchemaErrors.Flatten(ManifestSchema.Instance.Validate(tokens.Convert(withEmptied)), tokens)];

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
