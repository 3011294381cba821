using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Puts things into an account of the emulator and looks at them, with plain HTTP: independent of the code under test.</summary>
internal sealed class MotoAccount : IDisposable
{
    private readonly HttpClient http = new();
    private MotoAccount(Uri address, string accessKey)
    {
        http.BaseAddress = address;
        AccessKey = accessKey;
    }

    /// <summary>By which the emulator tells accounts apart; any secret key goes with it.</summary>
    public string AccessKey { get; }

    public static async Task<MotoAccount> OpenAsync(MotoServer server, string? account = null)
    {
        if (account is null)
        {
            return new MotoAccount(server.Address, "AKIAOWNOWNOWNOWNOWN1");
        }

        using var own = new MotoAccount(server.Address, "AKIAOWNOWNOWNOWNOWN1");
        var answer = await own.QueryAsync("sts", "us-east-1", "2011-06-15", new()
        {
            ["Action"] = "AssumeRole",
            ["RoleArn"] = $"arn:aws:iam::{account}:role/seed",
            ["RoleSessionName"] = "seed",
        });
        return new MotoAccount(server.Address, answer.Descendants().First(element => element.Name.LocalName == "AccessKeyId").Value);
    }

    public Task<XElement> RdsAsync(string region, Dictionary<string, string> fields) => QueryAsync("rds", region, "2014-10-31", fields);

    public Task<XElement> CreateInstanceAsync(string region, string identifier, Dictionary<string, string>? more = null)
    {
        var fields = new Dictionary<string, string>
        {
            ["Action"] = "CreateDBInstance",
            ["DBInstanceIdentifier"] = identifier,
            ["DBInstanceClass"] = "db.t3.medium",
            ["Engine"] = "postgres",
            ["EngineVersion"] = "15.8",
            ["AllocatedStorage"] = "20",
            ["MasterUsername"] = "master",
            ["MasterUserPassword"] = "m4sterpassword",
        };
        foreach (var (name, value) in more ?? [])
        {
            fields[name] = value;
        }

        return RdsAsync(region, fields);
    }

    /// <returns>The secret's ARN.</returns>
    public async Task<string> CreateSecretAsync(string region, string name, string text)
    {
        var answer = await JsonAsync("secretsmanager", region, "secretsmanager.CreateSecret", new { Name = name, SecretString = text });
        return answer.GetProperty("ARN").GetString()!;
    }

    public Task UpdateSecretAsync(string region, string arn, string text) =>
        JsonAsync(
        "secretsmanager", region, "secretsmanager.PutSecretValue", new { SecretId = arn, SecretString = text, ClientRequestToken = Guid.NewGuid().ToString() });

    /// <returns>The key's ARN.</returns>
    public async Task<string> CreateKeyAsync(string region)
    {
        var answer = await JsonAsync("kms", region, "TrentService.CreateKey", new { Description = "test" });
        return answer.GetProperty("KeyMetadata").GetProperty("Arn").GetString()!;
    }

    public async Task CreateSubnetGroupAsync(string region, string name) => await RdsAsync(region, new()
    {
        ["Action"] = "CreateDBSubnetGroup",
        ["DBSubnetGroupName"] = name,
        ["DBSubnetGroupDescription"] = "test",
        ["SubnetIds.SubnetIdentifier.1"] = await DefaultSubnetAsync(region),
    });

    private async Task<string> DefaultSubnetAsync(string region)
    {
        var answer = await QueryAsync("ec2", region, "2016-11-15", new() { ["Action"] = "DescribeSubnets" });
        return answer.Descendants().First(element => element.Name.LocalName == "subnetId").Value;
    }

    /// <summary>Makes, reads or writes a bucket or an object of it.</summary>
    /// <param name="path"><c>bucket</c> or <c>bucket/key</c>, and a query.</param>
    public Task<string> S3Async(HttpMethod method, string path, string? content = null)
    {
        var request = new HttpRequestMessage(method, $"/{path}") { Content = content is null ? null : new StringContent(content) };
        return SendAsync(request, "s3", "us-east-1");
    }

    /// <returns>Keys, in order.</returns>
    public async Task<string[]> S3KeysAsync(string bucket)
    {
        var answer = XElement.Parse(await S3Async(HttpMethod.Get, $"{bucket}?list-type=2"));
        return [.. answer.Descendants().Where(found => found.Name.LocalName == "Key").Select(found => found.Value)];
    }

    public void Dispose() => http.Dispose();

    private async Task<XElement> QueryAsync(string service, string region, string version, Dictionary<string, string> fields)
    {
        fields["Version"] = version;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(fields) };
        return XElement.Parse(await SendAsync(request, service, region));
    }

    private async Task<JsonElement> JsonAsync(string service, string region, string target, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.1")),
        };
        request.Headers.Add("X-Amz-Target", target);
        return JsonSerializer.Deserialize<JsonElement>(await SendAsync(request, service, region));
    }

    private async Task<string> SendAsync(HttpRequestMessage request, string service, string region)
    {
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={AccessKey}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{service} answered {(int)answer.StatusCode}: {text}");
    }
}
