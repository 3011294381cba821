using MigrationPlans.State;
using NJsonSchema;
using NUnit.Framework;

namespace MigrationPlans.Tests.State;

public sealed class StateSchemaTests
{
    [Test]
    public async Task Every_state_of_a_run_fits_the_published_schema()
    {
        await using var stream = typeof(StateStore).Assembly.GetManifestResourceStream("schemas/state.v1.schema.json")!;
        using var reader = new StreamReader(stream);
        var schema = await JsonSchema.FromJsonAsync(await reader.ReadToEndAsync());
        for (var events = 1; events <= StateScript.Events.Length; events++)
        {
            var state = await StateStore.PeekAsync(await StateScript.WriteAsync(events), CancellationToken.None);
            Assert.That(schema.Validate(StateStore.Describe(state!)).Select(error => error.ToString()), Is.Empty, $"after {events} events");
        }
    }
}
