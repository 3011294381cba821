using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Schemas of a target that somebody made beforehand and that the login may not change, as they were when the run began: later it acts
/// for more roles, and owns less.
/// </summary>
internal static class FixedSchemas
{
    /// <summary>Begins a mark in the ledger; by itself, it says that there is nothing else to be noted.</summary>
    private const string Mark = "fixed-schema:";

    /// <summary>Those that the run noted; where it has not begun, those that there are.</summary>
    public static async Task<ImmutableArray<FixedSchemaFacts>> ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        await ReadNotedAsync(target, cancellationToken) ?? await FixedSchemaLook.ReadAsync(target, cancellationToken);

    /// <summary>Null where no run noted any.</summary>
    public static async Task<ImmutableArray<FixedSchemaFacts>?> ReadNotedAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var marks = await TargetLedger.ExistsAsync(target, cancellationToken) ? await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken) : [];
        return marks.IsEmpty ? null : [.. marks.Where(mark => mark.Length > Mark.Length).Select(mark => Read(mark[Mark.Length..]))];
    }

    public static Task NoteAsync(NpgsqlConnection target, ImmutableArray<FixedSchemaFacts> schemas, CancellationToken cancellationToken) =>
        TargetLedger.RecordEntriesAsync(
            target,
            [Mark, .. schemas.Select(schema => string.Create(CultureInfo.InvariantCulture, $"{Mark}{schema.Name.Length}:{schema.Name}{schema.Owner}"))],
            cancellationToken);

    private static FixedSchemaFacts Read(string noted)
    {
        var colon = noted.IndexOf(':', StringComparison.Ordinal);
        var names = noted[(colon + 1)..];
        var length = int.Parse(noted[..colon], CultureInfo.InvariantCulture);
        return new FixedSchemaFacts(names[..length], names[length..], [], IsOpen: false, HoldsExtension: true);
    }
}
