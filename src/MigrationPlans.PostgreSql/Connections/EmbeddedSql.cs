using System.Collections.Concurrent;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Long statements live in <c>.sql</c> files beside the code that runs them.</summary>
internal static class EmbeddedSql
{
    private static readonly ConcurrentDictionary<string, string> Loaded = new(StringComparer.Ordinal);

    /// <param name="name">The file's name: <c>relations.sql</c>.</param>
    public static string Load(string name) => Loaded.GetOrAdd(name, Read);

    private static string Read(string name)
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no embedded statement is called {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
