using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using MigrationPlans.Aws.ThinClients.Rds;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Every parameter that we can send, held against the service definition that AWS publishes (and botocore ships).</summary>
public sealed class ServiceDefinitionTests
{
    private static IEnumerable<Type> Requests => typeof(RdsRequest).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RdsRequest)));

    private JsonDocument definition = null!;

    private JsonElement Shapes => definition.RootElement.GetProperty("shapes");

    [OneTimeSetUp]
    public async Task ReadAsync()
    {
        using var python = Process.Start(new ProcessStartInfo(MotoServer.Python, ["-c", "import botocore; print(botocore.__path__[0])"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var directory = (await python.StandardOutput.ReadToEndAsync()).Trim();
        await python.WaitForExitAsync();
        await using var file = File.OpenRead(Path.Combine(directory, "data", "rds", AmazonRDSConfig.ApiVersion, "service-2.json.gz"));
        await using var text = new GZipStream(file, CompressionMode.Decompress);
        definition = await JsonDocument.ParseAsync(text);
    }

    [OneTimeTearDown]
    public void Close() => definition.Dispose();

    [TestCaseSource(nameof(Requests))]
    public void Every_parameter_is_one_that_the_action_has(Type type)
    {
        var request = (RdsRequest)Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.DeclaringType == type && property.CanWrite))
        {
            property.SetValue(request, Sample(property.PropertyType));
        }

        var sent = RdsMarshaller.Instance.Marshall(request).Parameters;
        var input = definition.RootElement.GetProperty("operations").GetProperty(sent["Action"]).GetProperty("input").GetProperty("shape").GetString()!;
        foreach (var name in sent.Keys.Except(["Action", "Version"]))
        {
            Assert.That(() => Walk(input, name.Split('.')), Is.Null, name);
        }

        Assert.That(sent["Version"], Is.EqualTo(definition.RootElement.GetProperty("metadata").GetProperty("apiVersion").GetString()));
    }

    /// <summary>What the name lacks; null when it leads to a scalar.</summary>
    private string? Walk(string shape, ReadOnlySpan<string> names)
    {
        var node = Shapes.GetProperty(shape);
        switch (node.GetProperty("type").GetString())
        {
            case "structure":
                return names.IsEmpty || !node.GetProperty("members").TryGetProperty(names[0], out var member)
                    ? $"{shape} has no {string.Join('.', names!)}"
                    : Walk(member.GetProperty("shape").GetString()!, names[1..]);
            case "list":
                var item = node.GetProperty("member");
                var itemName = item.TryGetProperty("locationName", out var location) ? location.GetString() : "member";
                return names.Length < 2 || names[0] != itemName || names[1] != "1"
                    ? $"items of {shape} are called {itemName}"
                    : Walk(item.GetProperty("shape").GetString()!, names[2..]);
            default:
                return names.IsEmpty ? null : $"{shape} is a scalar";
        }
    }

    private static object Sample(Type type) => type switch
    {
        _ when type == typeof(string) => "x",
        _ when type == typeof(int?) => 20,
        _ when type == typeof(bool?) => true,
        _ when type == typeof(List<string>) => new List<string> { "a" },
        _ when type == typeof(List<Tag>) => new List<Tag> { new() { Key = "k", Value = "v" } },
        _ => throw new ArgumentException($"no sample of {type}", nameof(type)),
    };
}
