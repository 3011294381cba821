using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class TestServersTests
{
    [Test]
    public async Task Both_servers_answer_with_a_password()
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await using var connection = await Sql.OpenAsync(server, "postgres");
            Assert.That(await Sql.ScalarAsync<int>(connection, "SELECT 41 + 1"), Is.EqualTo(42));
        }
    }
}
