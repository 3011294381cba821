using MigrationPlans.Planning;
using NJsonSchema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlanSchemaTests
{
    [Test]
    public async Task Every_plan_of_the_baselines_fits_the_published_schema()
    {
        var schema = await LoadAsync();
        foreach (var (name, make) in PlanBaselineCases.All)
        {
            var (manifest, facts) = make();
            if (Planner.Plan(manifest, facts).Plan is { } plan)
            {
                Assert.That(schema.Validate(PlanDocument.Write(plan)).Select(error => error.ToString()), Is.Empty, name);
            }
        }
    }

    [TestCase("\"formatVersion\": \"1.0\"", "\"formatVersion\": \"1.1\"")]
    [TestCase("\"kind\": \"preflight\"", "\"kind\": \"format-disk\"")]
    [TestCase("\"replaces\": false", "\"replaces\": \"no\"")]
    [TestCase("\"endpoints\":", "\"ends\":")]
    public async Task The_schema_refuses_what_the_reader_refuses(string right, string wrong)
    {
        var json = PlanDocument.Write(new Sample().Plan());
        Assert.That(json, Does.Contain(right));
        var changed = json.Replace(right, wrong, StringComparison.Ordinal);
        Assert.That((await LoadAsync()).Validate(changed), Is.Not.Empty);
        Assert.That(PlanDocument.Read(changed, "plan.json").Plan, Is.Null);
    }

    private static Task<JsonSchema> LoadAsync() => JsonSchema.FromFileAsync(Repository.PathOf("schemas", "plan.v1.schema.json"));
}
