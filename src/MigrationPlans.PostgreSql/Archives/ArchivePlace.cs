using MigrationPlans.Execution;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Finds the directory of a mapping's archive: <c>DIRECTORY/ENDPOINT/DATABASE/RUN</c>.</summary>
internal static class ArchivePlace
{
    private const string Home = "archive";

    /// <summary>How many directories are made for one archive, its own and those for its target.</summary>
    public const int Levels = 3;

    // Enough to tell runs apart.
    private const int RunLetters = 12;

    /// <summary>
    /// Another run, be it of the same manifest, has another place, and so has a mapping that asks for something else: a kept archive
    /// is never written over, an old one never taken for a new one. What is changed of other mappings half-way leaves it where it is.
    /// </summary>
    /// <param name="baseDirectory">What a relative directory starts from: the manifest's.</param>
    public static string Of(StepContext context, string baseDirectory)
    {
        // A state in S3 has no room for an archive; this machine has.
        var beside = Path.IsPathFullyQualified(context.StateDirectory) ? context.StateDirectory : StatePlace.Beside(baseDirectory, context.Plan.Name);
        var root = context.Mapping.Archive.Directory is { } directory ? Path.GetFullPath(directory, baseDirectory) : Path.Combine(beside, Home);
        var work = context.Plan.Databases.FirstOrDefault(database => database.Address == context.Mapping.Address)?.Digest ?? context.Plan.Digest;
        var run = ArchiveFiles.DigestOf($"{context.Lineage}\n{work}")[..RunLetters];
        return Path.Combine(root, Escape(context.Mapping.To.Endpoint), Escape(context.Mapping.To.Database), run);
    }

    /// <summary>A name of a database can be anything; as a part of a path it must not lead elsewhere.</summary>
    internal static string Escape(string name) =>
        name.All(character => character == '.')
            ? name.Replace(".", "%2E", StringComparison.Ordinal)
            : name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
