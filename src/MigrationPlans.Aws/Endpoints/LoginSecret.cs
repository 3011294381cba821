using System.Text.Json;
using MigrationPlans.Inspection;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>What a secret holds for a login; anything that is not there is null.</summary>
internal sealed record LoginSecret(string? Username, Secret? Password)
{
    /// <summary>JSON as RDS writes it, or a bare password.</summary>
    public static LoginSecret Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new LoginSecret(
                    Text(document.RootElement, "username"),
                    Text(document.RootElement, "password") is { } password ? new Secret(password) : null);
            }
        }
        catch (JsonException)
        {
            // Not JSON: then the text itself is the password. What the parser says is not passed on, for it may quote the text.
        }

        return new LoginSecret(null, text.Length > 0 ? new Secret(text) : null);
    }

    /// <summary>No name and no password holds a zero: PostgreSQL's messages end in one.</summary>
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
        && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : null;
}
