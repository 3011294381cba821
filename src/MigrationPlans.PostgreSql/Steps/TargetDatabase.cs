using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A database that is there under a target's name, and the statements that make and drop one.</summary>
/// <param name="IsValid">False: a DROP DATABASE was cut (connection limit -2), and it can only be dropped.</param>
internal sealed record TargetDatabase(bool IsValid)
{
    // invalid_parameter_value, wrong_object_type, syntax: versions answer differently to a locale or provider they don't know.
    private static readonly string[] LocaleErrors = ["22023", "42809", "42602", "42601", "0A000"];

    /// <summary>Null where there is none.</summary>
    public static async Task<TargetDatabase?> FindAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken)
    {
        var found = await server.QueryAsync(
            "SELECT datconnlimit FROM pg_catalog.pg_database WHERE datname = $1", row => new TargetDatabase(row.GetInt32(0) != -2), cancellationToken, name);
        return found.FirstOrDefault();
    }

    public static async Task DropAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken)
    {
        if (server.PostgreSqlVersion.Major >= 13)
        {
            await server.ExecuteAsync($"DROP DATABASE IF EXISTS {SqlText.Identifier(name)} WITH (FORCE)", cancellationToken);
            return;
        }

        await server.ExecuteAsync("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = $1", cancellationToken, name);
        await server.ExecuteAsync($"DROP DATABASE IF EXISTS {SqlText.Identifier(name)}", cancellationToken);
    }

    public static async Task CreateAsync(
        NpgsqlConnection server, DatabaseAddress address, DatabaseSettings settings, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await server.ExecuteAsync(CreateDatabaseText.For(address.Database, settings, limit, server.PostgreSqlVersion.Major), cancellationToken);
        }
        catch (PostgresException exception) when (LocaleErrors.Contains(exception.SqlState))
        {
            throw new StepFailedException(
                HandlerDiagnostics.LocaleMissing(address.ToString(), CreateDatabaseText.Describe(settings), exception.MessageText),
                FailureClass.Permanent,
                exception);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StepFailedException(
                HandlerDiagnostics.RightMissing(
                    address.Endpoint,
                    server.UserName ?? "",
                    "CREATEDB",
                    $"as a superuser: ALTER ROLE … CREATEDB; or create an empty database {address.Database} yourself"),
                FailureClass.Permanent,
                exception);
        }
    }

    /// <summary>Without a tablespace that the server lacks, or that the login may not use.</summary>
    public static async Task<DatabaseSettings> FitTablespaceAsync(NpgsqlConnection server, DatabaseSettings wanted, CancellationToken cancellationToken)
    {
        if (wanted.Tablespace is null)
        {
            return wanted;
        }

        var usable = await server.QueryAsync(
            "SELECT FROM pg_catalog.pg_tablespace t WHERE t.spcname = $1 AND pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')",
            _ => true,
            cancellationToken,
            wanted.Tablespace);
        return usable.IsEmpty ? wanted with { Tablespace = null } : wanted;
    }
}
