using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>An AWS endpoint that answers as a test says: what an emulator is too kind for.</summary>
internal sealed class ScriptedAws : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<ScriptedRequest, Task<ScriptedAnswer>> script;

    public ScriptedAws(Func<ScriptedRequest, ScriptedAnswer> script)
        : this(request => Task.FromResult(script(request)))
    {
    }

    public ScriptedAws(Func<ScriptedRequest, Task<ScriptedAnswer>> script)
    {
        this.script = script;
        Address = new Uri($"http://127.0.0.1:{MotoServer.FreePort()}/");
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    public int Count(string action) => Requests.Count(request => request.Action == action);

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    /// <summary>The connection ends in the middle of the answer.</summary>
    private static async Task CutAsync(HttpListenerResponse response)
    {
        response.ContentLength64 = 5000;
        await response.OutputStream.WriteAsync("<Answer"u8.ToArray());
        await response.OutputStream.FlushAsync();
        response.Abort();
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var request = ScriptedRequest.Read(context.Request.Headers, await reader.ReadToEndAsync());
        Requests.Enqueue(request);
        var answer = await script(request);
        try
        {
            await Task.Delay(answer.Delay);
            if (answer.IsCut)
            {
                await CutAsync(context.Response);
                return;
            }

            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.Body.StartsWith('{') ? "application/x-amz-json-1.1" : "text/xml";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The client did not wait.
        }
    }
}

/// <param name="Scope">The credential scope of the signature: <c>key/date/region/service/aws4_request</c>.</param>
internal sealed record ScriptedRequest(string Action, string Scope, IReadOnlyDictionary<string, string> Fields, string Body)
{
    public static ScriptedRequest Read(System.Collections.Specialized.NameValueCollection headers, string body)
    {
        var scope = headers["Authorization"]?.Split("Credential=", 2)[^1].Split(',')[0] ?? "";
        if (headers["X-Amz-Target"] is { } target)
        {
            return new ScriptedRequest(target.Split('.')[^1], scope, new Dictionary<string, string>(), body);
        }

        var fields = body.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .ToDictionary(field => WebUtility.UrlDecode(field[0]), field => WebUtility.UrlDecode(field[1]), StringComparer.Ordinal);
        return new ScriptedRequest(fields.GetValueOrDefault("Action", ""), scope, fields, body);
    }
}

internal sealed record ScriptedAnswer(int Status, string Body)
{
    public const string SessionToken = "t0ken-never-shown";

    public TimeSpan Delay { get; init; }

    /// <summary>The connection is cut instead.</summary>
    public bool IsCut { get; init; }

    public static ScriptedAnswer Error(int status, string code, string message) => new(
        status,
        $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>");

    public static ScriptedAnswer JsonError(int status, string code, string message) =>
        new(status, $$"""{"__type":"{{code}}","message":"{{message}}"}""");

    public static ScriptedAnswer Identity(string arn) => new(
        200,
        $"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>U</UserId><Account>{arn.Split(':')[4]}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");

    public static ScriptedAnswer Role(string accessKey, DateTimeOffset expiration) => new(
        200,
        $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>{accessKey}</AccessKeyId><SecretAccessKey>{AwsEnvironment.SecretKey}</SecretAccessKey><SessionToken>{SessionToken}</SessionToken>
        <Expiration>{expiration.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>
        """);

    public static ScriptedAnswer Instances(string? marker, params string[] identifiers) => new(
        200,
        $"""
        <DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances>
        {string.Concat(identifiers.Select(Instance))}
        </DBInstances>{(marker is null ? "" : $"<Marker>{marker}</Marker>")}</DescribeDBInstancesResult></DescribeDBInstancesResponse>
        """);

    private static string Instance(string identifier) =>
        $"""
        <DBInstance><DBInstanceIdentifier>{identifier}</DBInstanceIdentifier><Engine>postgres</Engine><DBInstanceStatus>available</DBInstanceStatus>
        <Endpoint><Address>{identifier}.abc.us-east-1.rds.amazonaws.com</Address><Port>5432</Port></Endpoint></DBInstance>
        """;
}
