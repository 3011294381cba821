namespace MigrationPlans.Manifest.Yaml;

/// <summary>The tags of YAML's core schema; all others are refused, because they mean something to some program and nothing to us.</summary>
internal static class CoreTags
{
    public const string Sequence = "tag:yaml.org,2002:seq";

    public const string Mapping = "tag:yaml.org,2002:map";

    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>The kind that a tagged scalar has; <see cref="ScalarKind.Broken"/> when the tag is unknown or its text does not fit.</summary>
    public static ScalarKind KindOf(string tag, string text)
    {
        var resolved = ScalarKinds.OfPlain(text);
        return tag switch
        {
            "!" or Prefix + "str" => ScalarKind.Text,
            Prefix + "int" when resolved == ScalarKind.Integer => ScalarKind.Integer,
            Prefix + "float" when resolved is ScalarKind.Float or ScalarKind.Integer => ScalarKind.Float,
            Prefix + "bool" when resolved == ScalarKind.Boolean => ScalarKind.Boolean,
            Prefix + "null" when resolved == ScalarKind.Null => ScalarKind.Null,
            _ => ScalarKind.Broken,
        };
    }
}
