using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Keeps one of equal texts: what two sides list of a large catalog is mostly the same, and most of it many times. For many threads.</summary>
internal sealed class TextPool
{
    private readonly ConcurrentDictionary<string, string> texts = new(StringComparer.Ordinal);

    [return: NotNullIfNotNull(nameof(text))]
    public string? Share(string? text) => text is null ? null : texts.GetOrAdd(text, text);
}
