using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Event triggers sleep until nothing of a run is left to do: they would fire on what it does itself, refuse it, or write down
/// what never happened on the source.
/// </summary>
internal static class EventTriggers
{
    private const string AsleepSql = "SELECT evtname::pg_catalog.text FROM pg_catalog.pg_event_trigger WHERE evtenabled OPERATOR(pg_catalog.=) 'D' ORDER BY 1";

    /// <summary>Begins a mark in the ledger: of one that an extension brings, with how it fired, and then its name.</summary>
    private const string Mark = "asleep:";

    /// <summary>Creates one, or says something of it; what was created sleeps.</summary>
    public static EntryWork Asleep(SchemaEntry entry) =>
        new(
            entry,
            entry.Kind == "EVENT TRIGGER" ? $"{entry.Sql}\nALTER EVENT TRIGGER {SqlText.Identifier(EntryNames.Unqualified(entry))} DISABLE;" : entry.Sql,
            entry.Digest);

    /// <summary>
    /// Wakes those that are awake on the source, and lets an extension's that only its version on the target has fire as it did.
    /// To be called in the run's last transaction, after everything else.
    /// </summary>
    /// <param name="onSource">Of <see cref="FindAsync"/>.</param>
    /// <param name="noted">Of <see cref="ReadNotedAsync"/>.</param>
    /// <returns>Notes of those that the login may not wake.</returns>
    public static async Task<ImmutableArray<Diagnostic>> WakeAsync(
        NpgsqlConnection target,
        ImmutableArray<(string Name, string? How)> onSource,
        ImmutableArray<(string Name, string? How)> noted,
        string subject,
        CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        var asleep = await target.QueryAsync(AsleepSql, row => row.GetString(0), cancellationToken);
        var known = onSource.Concat(noted)
            .DistinctBy(trigger => trigger.Name, StringComparer.Ordinal)
            .ToDictionary(trigger => trigger.Name, trigger => trigger.How, StringComparer.Ordinal);
        foreach (var (name, how) in asleep.Select(name => (name, known.GetValueOrDefault(name))).Where(trigger => trigger.Item2 is not null))
        {
            if (await target.TryAsync(Alter(name, how!), cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft(subject, $"event trigger {name} is left disabled: {refused.MessageText}"));
            }
        }

        return notes.ToImmutable();
    }

    /// <summary>Those of extensions that were put to sleep, and how they fired before. To be called while the ledger is there.</summary>
    public static async Task<ImmutableArray<(string Name, string? How)>> ReadNotedAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        [.. (await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken)).Select(mark => (mark[(Mark.Length + 2)..], HowOf(mark[Mark.Length])))];

    /// <summary>For a database that stays after a rollback: those of extensions that were there before the run fire as before.</summary>
    /// <param name="dropNotesAsync">Called in the same transaction, before the triggers can fire on it.</param>
    /// <returns>Those that stay as they are, as somebody has dropped them since, or the login may not.</returns>
    public static async Task<ImmutableArray<string>> PutBackAsync(NpgsqlConnection target, Func<Task> dropNotesAsync, CancellationToken cancellationToken)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var noted = await ReadNotedAsync(target, cancellationToken);
        await dropNotesAsync();
        var left = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, how) in noted)
        {
            if (await target.TryAsync(Alter(name, how!), cancellationToken) is { } refused)
            {
                left.Add($"event trigger {name} is left as it is: {refused.MessageText}");
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return left.ToImmutable();
    }

    /// <summary>
    /// A statement for after CREATE EXTENSION by a superuser, nobody else may: what the extension's own watch over (periods:
    /// that constraints are as its tables say) is true only when all is there.
    /// </summary>
    public static string PutAsleepSql(string extension)
    {
        var body = $"""
            DECLARE name pg_catalog.text; state pg_catalog.text;
            BEGIN
              FOR name, state IN SELECT t.evtname, t.evtenabled FROM pg_catalog.pg_event_trigger t JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e'
                            JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid WHERE e.extname = {SqlText.Literal(extension)} AND t.evtenabled <> 'D'
              LOOP
                EXECUTE pg_catalog.format('ALTER EVENT TRIGGER %I DISABLE', name);
                INSERT INTO migplan_ledger.entry (digest) VALUES (pg_catalog.concat('{Mark}', state, ':', name)) ON CONFLICT DO NOTHING;
              END LOOP;
            END
            """;
        return $"DO {SqlText.Literal(body)};";
    }

    /// <summary>Those of the source, and how to let each fire in the sessions that it does in there; null for those that don't fire.</summary>
    public static Task<ImmutableArray<(string Name, string? How)>> FindAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.QueryAsync(
            "SELECT evtname::text, evtenabled::text FROM pg_catalog.pg_event_trigger",
            row => (row.GetString(0), HowOf(row.GetString(1)[0])),
            cancellationToken);

    private static string? HowOf(char state) => state switch
    {
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        'O' => "ENABLE",
        _ => null,
    };

    private static string Alter(string name, string how) => $"ALTER EVENT TRIGGER {SqlText.Identifier(name)} {how}";
}
