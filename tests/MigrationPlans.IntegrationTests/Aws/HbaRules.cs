using MigrationPlans.PostgreSql.Clusters;
using Npgsql;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A line before all others in a test server's pg_hba.conf, as long as it is needed.</summary>
internal sealed class HbaRules : IAsyncDisposable
{
    private readonly LocalCluster server;
    private readonly string before;

    private HbaRules(LocalCluster server, string before)
    {
        this.server = server;
        this.before = before;
    }

    private string Path => System.IO.Path.Combine(server.DataDirectory, "pg_hba.conf");

    /// <param name="user">Whom the rule turns away; comes back when the server does so.</param>
    public static async Task<HbaRules> AddAsync(LocalCluster server, string line, string user)
    {
        var rules = new HbaRules(server, await File.ReadAllTextAsync(System.IO.Path.Combine(server.DataDirectory, "pg_hba.conf")));
        await rules.WriteAsync($"{line}\n{rules.before}");

        // The server reads the file when it comes to it.
        var login = new NpgsqlConnectionStringBuilder(Sql.ConnectionString(server, "postgres")) { Username = user, Password = "x", SslMode = SslMode.Disable };
        for (var state = ""; state != PostgresErrorCodes.InvalidAuthorizationSpecification;)
        {
            state = await StateAsync(login.ConnectionString);
        }

        return rules;
    }

    public async ValueTask DisposeAsync() => await WriteAsync(before);

    private static async Task<string> StateAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            return "";
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private async Task WriteAsync(string text)
    {
        await File.WriteAllTextAsync(Path, text);
        await Sql.RunAsync(server, "postgres", "SELECT pg_reload_conf()");
    }
}
