using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

public sealed class SchemaSubscriptionTests
{
    [Test]
    public async Task A_resumed_run_knows_the_subscriptions_that_are_there()
    {
        await SchemaText.PrepareAsync("schema_subscribed");
        await Sql.RunAsync(TestServers.Source, "schema_subscribed", "CREATE TABLE t (id int)");
        await Sql.RunAsync(
            TestServers.Source,
            "schema_subscribed",
            "CREATE SUBSCRIPTION \"a \"\"b\"\"\" CONNECTION 'host=127.0.0.1 port=1 password=p''q' PUBLICATION p WITH (connect = false, slot_name = NONE)");
        await Sql.RunAsync(TestServers.Source, "schema_subscribed", "COMMENT ON SUBSCRIPTION \"a \"\"b\"\"\" IS 'c'");
        await using (var first = Subscribing())
        {
            await first.RunAsync();
        }

        // Another process: nothing is known but what the ledger says.
        await using var second = Subscribing();
        var found = await second.RestoreConstraints.ObserveAsync(second.ConstraintsStep, second.Context, CancellationToken.None);
        await second.RunAsync();

        Assert.That(found.IsDone, Is.True, found.Finding);
        Assert.That(
            await Sql.ScalarAsync<string>(
                TestServers.Target,
                "schema_subscribed",
                "SELECT string_agg(subname || ' ' || obj_description(oid, 'pg_subscription') || ' ' || subenabled, ',') FROM pg_subscription WHERE subname LIKE 'a %'"),
            Is.EqualTo("a \"b\" c false"));
        await Sql.RunAsync(TestServers.Source, "schema_subscribed", "DROP SUBSCRIPTION \"a \"\"b\"\"\"");
        await Sql.RunAsync(TestServers.Target, "schema_subscribed", "DROP SUBSCRIPTION \"a \"\"b\"\"\"");
    }

    private static SchemaMigration Subscribing() => new("schema_subscribed", mapping => mapping with { Subscriptions = SubscriptionPolicy.Copy });
}
