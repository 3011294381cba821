using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>What an archive holds of what the mapping picks, fitted to the target.</summary>
internal sealed record ArchiveContent
{
    public required SchemaArchive Schema { get; init; }

    /// <summary>Ids for pg_restore: rows of extensions' tables, in order.</summary>
    public required ImmutableArray<int> ExtensionData { get; init; }

    /// <summary>Ids for pg_restore: rows of pg_cron's table of jobs, which is not among the former.</summary>
    public required ImmutableArray<int> CronJobs { get; init; }

    /// <summary>Ids for pg_restore: all other rows, positions of sequences, contents of large objects.</summary>
    public required ImmutableArray<int> Data { get; init; }

    /// <summary>They are made with the rows, because they are thrown away with them.</summary>
    public ImmutableArray<SchemaEntry> LargeObjects => [.. Schema.In(SchemaSection.PreData).Where(IsLargeObject)];

    public ImmutableArray<SchemaEntry> WithoutLargeObjects => [.. Schema.Entries.Where(entry => !IsLargeObject(entry))];

    /// <param name="directory">The archive's own.</param>
    /// <exception cref="StepFailedException">A side or the archive can't be read.</exception>
    public static async Task<ArchiveContent> ReadAsync(
        PostgresConnector connector, PostgresInstallation tools, string directory, StepContext context, CancellationToken cancellationToken)
    {
        var file = ArchiveFiles.ContentOf(directory);
        var dump = new SchemaDump(tools, context.Mapping.From.ToString());
        var all = await dump.ReadFileAsync(file, cancellationToken);
        var source = (await SourceTraits.ReadAsync(connector, context, cancellationToken)) with { DumpMajor = dump.MajorVersion };
        var target = await TargetTraits.ReadAsync(connector, context, all, cancellationToken);
        var isEverything = SelectionFilter.For(context.Mapping).IsEverything;
        var schema = ArchiveAssembly.Assemble(
            [.. all.Where(entry => IsSchema(entry) && (isEverything || !IsLargeObject(entry)))], context.Mapping, source, target);
        var list = await dump.ListFileAsync(file, cancellationToken);
        var (ofExtensions, cronJobs, others) = ArchiveToc.PickData(list, all, schema.Entries);
        return new ArchiveContent { Schema = schema, ExtensionData = ofExtensions, CronJobs = cronJobs, Data = others };
    }

    /// <summary>Materialized views are filled by a step of their own.</summary>
    private static bool IsSchema(SchemaEntry entry) => entry.Kind != "MATERIALIZED VIEW DATA";

    /// <summary>The object itself, or a remark on it.</summary>
    private static bool IsLargeObject(SchemaEntry entry) =>
        entry.Kind is "BLOB" or "BLOB METADATA" || entry.Tag.StartsWith("LARGE OBJECT", StringComparison.Ordinal);
}
