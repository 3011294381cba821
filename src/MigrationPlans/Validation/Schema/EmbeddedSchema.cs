namespace MigrationPlans.Validation.Schema;

/// <summary>Reads the JSON Schemas that are embedded from the repository's <c>schemas/</c>.</summary>
public static class EmbeddedSchema
{
    /// <param name="name">The file's name, e.g. <c>migration-plan.v1.schema.json</c>.</param>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedSchema).Assembly.GetManifestResourceStream($"schemas/{name}")
            ?? throw new ArgumentException($"no schema is called {name}", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
