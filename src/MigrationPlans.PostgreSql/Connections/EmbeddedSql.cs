using System.Collections.Concurrent;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Long statements live in <c>.sql</c> files beside the code that runs them.</summary>
internal static class EmbeddedSql
{
    private static readonly ConcurrentDictionary<string, string> Loaded = new(StringComparer.Ordinal);

    /// <summary>Such a line stands for what the file that it names holds.</summary>
    private const string Inclusion = "-- include ";

    /// <param name="name">The file's name: <c>relations.sql</c>.</param>
    public static string Load(string name) => Loaded.GetOrAdd(name, static name => string.Join('\n', Read(name).Split('\n').Select(Include)));

    private static string Include(string line) => line.StartsWith(Inclusion, StringComparison.Ordinal) ? Read(line[Inclusion.Length..].TrimEnd()) : line;

    private static string Read(string name)
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no embedded statement is called {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
