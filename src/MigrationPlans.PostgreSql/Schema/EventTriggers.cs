using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Event triggers sleep until nothing of a run is left to do: they would fire on what it does itself, refuse it, or write down
/// what never happened on the source.
/// </summary>
internal static class EventTriggers
{
    private const string AsleepSql =
        """
        SELECT t.evtname::text, EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_event_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
          FROM pg_catalog.pg_event_trigger t WHERE t.evtenabled = 'D' ORDER BY 1
        """;

    /// <summary>Creates one, or says something of it; what was created sleeps.</summary>
    public static EntryWork Asleep(SchemaEntry entry) =>
        new(entry, entry.Kind == "EVENT TRIGGER" ? $"{entry.Sql}\nALTER EVENT TRIGGER {SqlText.Identifier(entry.Tag)} DISABLE;" : entry.Sql, entry.Digest);

    /// <summary>Wakes those that are awake on the source, and an extension's that only its version on the target has. To be called in the run's last transaction, after everything else.</summary>
    /// <param name="onSource">Of <see cref="FindAsync"/>.</param>
    /// <returns>Notes of those that the login may not wake.</returns>
    public static async Task<ImmutableArray<Diagnostic>> WakeAsync(
        NpgsqlConnection target, ImmutableArray<(string Name, string? How)> onSource, string subject, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        var asleep = await target.QueryAsync(AsleepSql, row => (Name: row.GetString(0), IsOfExtension: row.GetBoolean(1)), cancellationToken);
        var known = onSource.ToDictionary(trigger => trigger.Name, trigger => trigger.How, StringComparer.Ordinal);
        var toWake = asleep.Select(trigger => (trigger.Name, How: known.TryGetValue(trigger.Name, out var how) ? how : trigger.IsOfExtension ? "ENABLE" : null));
        foreach (var (name, how) in toWake.Where(trigger => trigger.How is not null))
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

    /// <summary>Those of the source, and how to let each fire in the sessions that it does in there; null for those that don't fire.</summary>
    public static Task<ImmutableArray<(string Name, string? How)>> FindAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.QueryAsync(
            "SELECT evtname::text, CASE evtenabled WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'O' THEN 'ENABLE' END FROM pg_catalog.pg_event_trigger",
            row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)),
            cancellationToken);
}
