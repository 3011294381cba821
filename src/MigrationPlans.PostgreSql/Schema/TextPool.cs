using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Keeps one of equal texts: what is read of a large catalog is mostly the same, above all on two sides, and most of it
/// many times. For many threads.
/// </summary>
internal sealed class TextPool
{
    private readonly ConcurrentDictionary<string, string> texts = new(StringComparer.Ordinal);

    [return: NotNullIfNotNull(nameof(text))]
    public string? Share(string? text) => text is null ? null : texts.GetOrAdd(text, text);
}
