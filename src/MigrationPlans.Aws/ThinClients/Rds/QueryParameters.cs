using System.Globalization;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Fills in the fields of a call in the AWS Query protocol; what is null is left out.</summary>
internal sealed class QueryParameters(IDictionary<string, string> fields)
{
    public QueryParameters Set(string name, string? value)
    {
        if (value is not null)
        {
            fields[name] = value;
        }

        return this;
    }

    public QueryParameters Set(string name, int? value) => Set(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryParameters Set(string name, bool? value) => Set(name, value is { } flag ? (flag ? "true" : "false") : null);

    /// <summary><c>VpcSecurityGroupIds.VpcSecurityGroupId.1</c></summary>
    public QueryParameters List(string name, string member, IReadOnlyList<string>? values)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            Set($"{name}.{member}.{i + 1}", values![i]);
        }

        return this;
    }

    /// <summary><c>Tags.Tag.1.Key</c></summary>
    public QueryParameters Tags(IReadOnlyList<Tag>? tags)
    {
        for (var i = 0; i < (tags?.Count ?? 0); i++)
        {
            Set($"Tags.Tag.{i + 1}.Key", tags![i].Key);
            Set($"Tags.Tag.{i + 1}.Value", tags[i].Value);
        }

        return this;
    }
}
