namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>A source database with something of every kind in it.</summary>
internal static class RichShop
{
    /// <param name="name">Not quoted.</param>
    public static async Task CreateAsync(string name)
    {
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await using var stream = typeof(RichShop).Assembly.GetManifestResourceStream("rich-shop.sql")!;
        using var reader = new StreamReader(stream);
        await Sql.RunAsync(TestServers.Source, name, await reader.ReadToEndAsync());
    }
}
