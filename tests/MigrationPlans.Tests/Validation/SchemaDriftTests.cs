using System.Reflection;
using MigrationPlans.Manifest;
using MigrationPlans.Validation.Schema;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

/// <summary>The schema and the records say the same, and the schema says nothing that its checker ignores.</summary>
internal sealed class SchemaDriftTests
{
    private static readonly JObject Schema = JObject.Parse(ManifestSchema.Text);

    /// <summary>Keywords that NJsonSchema 10.7.2 enforces, and annotations.</summary>
    private static readonly string[] Supported =
    [
        "$schema", "$id", "$ref", "definitions", "title", "description", "default", "examples",
        "type", "enum", "required", "properties", "additionalProperties", "patternProperties", "oneOf", "not",
        "items", "uniqueItems", "minimum", "maximum", "minLength", "pattern",
    ];

    private static readonly TestCaseData[] Pairs =
    [
        new("metadata", new[] { "name", "labels" }, null),
        new("endpoint", null, typeof(Endpoint)),
        new("rds", null, typeof(RdsInstance)),
        new("postgres", null, typeof(PostgresServer)),
        new("connect", null, typeof(NetworkAddress)),
        new("tls", null, typeof(TlsSettings)),
        new("password", null, typeof(PasswordReference)),
        new("iam", null, typeof(IamCredentials)),
        new("credentials", new[] { "secretArn", "managedSecret", "iam", "username", "password" }, null),
        new("databaseMapping", null, typeof(DatabaseMapping)),
        new("selection", null, typeof(Selection)),
        new("roles", null, typeof(RolePolicy)),
        new("instanceMove", null, typeof(InstanceMove)),
        new("instanceMoveSource", null, typeof(InstanceMoveSource)),
        new("instanceMatch", null, typeof(InstanceMatch)),
        new("instanceMoveTarget", null, typeof(InstanceMoveTarget)),
    ];

    /// <summary>Properties of records that are no properties of the manifest.</summary>
    private static readonly string[] OfRecordsOnly = ["path", "role", "name", "address", "isSocketDirectory", "equalityContract"];

    [TestCaseSource(nameof(Pairs))]
    public void A_definition_has_the_properties_of_its_record(string definition, string[]? names, Type? record)
    {
        var expected = names ?? [.. record!.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => Camel(property.Name))
            .Where(name => !OfRecordsOnly.Contains(name))
            .Select(name => name == "skipExtensions" ? "extensions" : name)];
        Assert.That(Properties($"definitions.{definition}"), Is.EquivalentTo(expected));
    }

    [Test]
    public void The_top_has_the_properties_of_the_manifest() =>
        Assert.That(Properties(""), Is.EquivalentTo(new[] { "apiVersion", "kind", "metadata", "defaults", "sources", "targets", "databases", "instances" }));

    [Test]
    public void Defaults_of_databases_are_all_properties_of_a_mapping_but_its_addresses() =>
        Assert.That(Properties("definitions.databaseDefaults"), Is.EquivalentTo(Properties("definitions.databaseMapping").Except(["from", "to"])));

    [TestCase("databaseMapping", "strategy", typeof(Strategy))]
    [TestCase("databaseMapping", "onExisting", typeof(OnExisting))]
    [TestCase("databaseMapping", "fence", typeof(Fence))]
    [TestCase("databaseMapping", "verify", typeof(VerificationLevel))]
    [TestCase("databaseMapping", "crossBoundaryForeignKeys", typeof(CrossBoundaryForeignKeys))]
    [TestCase("databaseMapping", "publications", typeof(PublicationPolicy))]
    [TestCase("databaseMapping", "subscriptions", typeof(SubscriptionPolicy))]
    [TestCase("databaseMapping", "statistics", typeof(StatisticsPolicy))]
    [TestCase("roles", "create", typeof(RoleCreation))]
    [TestCase("tls", "mode", typeof(TlsMode))]
    public void An_enumeration_has_the_members_of_its_type(string definition, string property, Type type)
    {
        var words = Schema["definitions"]![definition]!["properties"]![property]!["enum"]!.Values<string>();
        Assert.That(words, Is.EquivalentTo(Enum.GetNames(type).Select(NodeValues.Kebab)));
    }

    [Test]
    public void Every_keyword_is_one_that_the_checker_enforces()
    {
        var used = Subschemas(Schema).SelectMany(schema => schema.Properties()).Select(property => property.Name).Distinct();
        Assert.That(used, Is.SubsetOf(Supported));
    }

    [Test]
    public void Every_property_has_a_description_and_an_example()
    {
        var bare = Subschemas(Schema)
            .SelectMany(schema => (schema["properties"] as JObject)?.Properties() ?? [])
            .Where(property => property.Value["description"] is null || property.Value["examples"] is not JArray { Count: > 0 })
            .Select(property => property.Value.Path);
        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void Defaults_in_the_schema_are_those_of_the_records()
    {
        var mapping = new DatabaseMapping { From = new("a", "b"), To = new("c", "d"), Path = "" };
        var properties = Schema["definitions"]!["databaseMapping"]!["properties"]!;
        foreach (var name in new[] { "strategy", "onExisting", "fence", "verify", "crossBoundaryForeignKeys" })
        {
            var value = typeof(DatabaseMapping).GetProperty(name, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance)!.GetValue(mapping)!;
            Assert.That(properties[name]!["default"]!.Value<string>(), Is.EqualTo(NodeValues.Kebab(value.ToString()!)), name);
        }

        var target = new InstanceMoveTarget { Region = "r" };
        Assert.That(Schema["definitions"]!["instanceMoveTarget"]!["properties"]!["identifier"]!["default"]!.Value<string>(), Is.EqualTo(target.Identifier));
    }

    /// <summary>Every place that holds a schema; names under <c>properties</c> and <c>definitions</c> are no keywords.</summary>
    private static IEnumerable<JObject> Subschemas(JObject schema)
    {
        yield return schema;
        var children = new[] { "properties", "patternProperties", "definitions" }
            .SelectMany(name => (schema[name] as JObject)?.PropertyValues() ?? [])
            .Concat(new[] { "items", "additionalProperties" }.Select(name => schema[name]).OfType<JObject>())
            .Concat(schema["oneOf"] as JArray ?? []);
        foreach (var inner in children.OfType<JObject>().SelectMany(Subschemas))
        {
            yield return inner;
        }
    }

    private static IEnumerable<string> Properties(string path) =>
        ((JObject)(path.Length == 0 ? Schema : Schema.SelectToken(path)!)["properties"]!).Properties().Select(property => property.Name);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
