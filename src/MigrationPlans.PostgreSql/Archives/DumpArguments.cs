using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>What pg_dump is told to do; the connection goes by environment, and no secret is among the arguments.</summary>
/// <remarks>https://www.postgresql.org/docs/current/app-pgdump.html</remarks>
internal sealed record DumpArguments
{
    /// <summary>From here on pg_dump knows other methods than gzip.</summary>
    private const int MethodsVersion = 16;

    public required ArchiveSettings Settings { get; init; }

    public required ArchiveSelection Selection { get; init; }

    public required int ToolMajor { get; init; }

    public required int Jobs { get; init; }

    /// <summary><c>pg_dump --snapshot</c>.</summary>
    public required string Snapshot { get; init; }

    /// <summary>What the text is to be read as; null where neither side has an encoding, so that none may be asked for.</summary>
    public required string? Encoding { get; init; }

    /// <summary>False when this pg_dump lacks the method.</summary>
    public static bool Supports(int toolMajor, ArchiveCompression? compression) =>
        compression is null or { Method: "none" or "gzip" } || toolMajor >= MethodsVersion;

    /// <param name="file">The archive: a directory or a file that does not exist yet.</param>
    public ImmutableArray<string> To(string file) =>
    [
        .. Settings.Format == ArchiveFormat.Directory ? ["--format=directory", $"--jobs={Text(Jobs)}"] : (string[])["--format=custom"],
        $"--file={file}",
        $"--snapshot={Snapshot}",
        // As for the schema of a stream, whose reader this archive meets.
        "--quote-all-identifiers",
        "--no-password",
        "--verbose",
        // Their connection strings hold passwords; those that are carried over are read from the source when they are created.
        "--no-subscriptions",
        .. Encoding is null ? [] : (string[])[$"--encoding={Encoding}"],
        .. Selection.WithLargeObjects ? [] : (string[])["--no-blobs"],
        .. Compress(),
        .. Selection.ExcludedRows.Select(pattern => $"--exclude-table-data={pattern}"),
    ];

    private IEnumerable<string> Compress()
    {
        if (Settings.Compression is not { } text || ArchiveCompression.TryParse(text) is not { } compression)
        {
            return [];
        }

        return compression switch
        {
            { Method: "none" } => ["--compress=0"],
            { Method: "gzip", Level: null } => ToolMajor >= MethodsVersion ? ["--compress=gzip"] : [],
            { Method: "gzip", Level: { } level } => [$"--compress={Text(level)}"],
            _ => [$"--compress={compression}"],
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
