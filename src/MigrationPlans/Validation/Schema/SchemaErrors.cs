using MigrationPlans.Manifest.Yaml;
using NJsonSchema;
using NJsonSchema.Validation;

namespace MigrationPlans.Validation.Schema;

/// <summary>Unfolds the library's nested errors; of alternatives by type, only the one that was meant is followed.</summary>
internal static class SchemaErrors
{
    public static IEnumerable<ValidationError> Flatten(IEnumerable<ValidationError> errors, TokenTree tokens)
    {
        foreach (var error in errors)
        {
            if (error is not ChildSchemaValidationError nested)
            {
                yield return error;
            }
            else if (error.Kind is ValidationErrorKind.NotOneOf or ValidationErrorKind.NotAnyOf)
            {
                foreach (var inner in FlattenAlternatives(nested, tokens))
                {
                    yield return inner;
                }
            }
            else
            {
                foreach (var inner in Flatten(nested.Errors.Values.SelectMany(branch => branch), tokens))
                {
                    yield return inner;
                }
            }
        }
    }

    private static IEnumerable<ValidationError> FlattenAlternatives(ChildSchemaValidationError error, TokenTree tokens)
    {
        var (_, node) = tokens.Locate(error.Path);
        var wanted = node switch
        {
            MappingNode => JsonObjectType.Object,
            ScalarNode { Kind: ScalarKind.Text } or ScalarNode { IsFromVariable: true } => JsonObjectType.String,
            _ => JsonObjectType.None,
        };
        var meant = error.Errors.Where(branch => wanted != JsonObjectType.None && branch.Key.ActualSchema.Type == wanted).Take(1).ToList();
        return meant.Count == 0 ? [error] : Flatten(meant.SelectMany(branch => branch.Value), tokens);
    }
}
