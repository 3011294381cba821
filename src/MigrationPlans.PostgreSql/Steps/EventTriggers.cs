using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Event triggers sleep until nothing of a run is left to do: they would fire on what it does itself, refuse it, or write down
/// what never happened on the source.
/// </summary>
internal static class EventTriggers
{
    /// <summary>Creates one, or says something of it; what was created sleeps.</summary>
    public static EntryWork Asleep(SchemaEntry entry) =>
        new(entry, entry.Kind == "EVENT TRIGGER" ? $"{entry.Sql}\nALTER EVENT TRIGGER {SqlText.Identifier(entry.Tag)} DISABLE;" : entry.Sql, entry.Digest);

    /// <summary>Wakes those that are awake on the source. To be called in the run's last transaction, after everything else.</summary>
    /// <param name="awake">Of <see cref="FindAwakeAsync"/>.</param>
    /// <returns>Notes of those that the login may not wake.</returns>
    public static async Task<ImmutableArray<Diagnostic>> WakeAsync(
        NpgsqlConnection target, ImmutableArray<(string Name, string How)> awake, string subject, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        var asleep = await target.QueryAsync("SELECT evtname::text FROM pg_catalog.pg_event_trigger WHERE evtenabled = 'D'", row => row.GetString(0), cancellationToken);
        foreach (var (name, how) in awake.Where(trigger => asleep.Contains(trigger.Name)))
        {
            if (await target.TryAsync($"ALTER EVENT TRIGGER {SqlText.Identifier(name)} {how}", cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft(subject, $"event trigger {name} is left disabled: {refused.MessageText}"));
            }
        }

        return notes.ToImmutable();
    }

    /// <summary>
    /// A statement for after CREATE EXTENSION by a superuser, nobody else may: what the extension's own watch over (periods: that constraints are as its tables say) is true only when all is there.
    /// </summary>
    public static string PutAsleepSql(string extension)
    {
        var body = $"""
            DECLARE name pg_catalog.text;
            BEGIN
              FOR name IN SELECT t.evtname FROM pg_catalog.pg_event_trigger t JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e'
                            JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid WHERE e.extname = {SqlText.Literal(extension)} AND t.evtenabled <> 'D'
              LOOP EXECUTE pg_catalog.format('ALTER EVENT TRIGGER %I DISABLE', name); END LOOP;
            END
            """;
        return $"DO {SqlText.Literal(body)};";
    }

    /// <summary>Those that fire on the source, and in which sessions.</summary>
    public static Task<ImmutableArray<(string Name, string How)>> FindAwakeAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.QueryAsync(
            "SELECT evtname::text, CASE evtenabled WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END FROM pg_catalog.pg_event_trigger t WHERE evtenabled <> 'D' ORDER BY 1",
            row => (row.GetString(0), row.GetString(1)),
            cancellationToken);
}
