using System.Net;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Passes requests on, and loses answers where it is told to, as a proxy does whose server went away.</summary>
internal sealed class LossyProxy : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly HttpClient http = new();
    private readonly Func<HttpListenerRequest, bool> loses;

    /// <param name="loses">Whether a request's answer is lost; the request itself arrives.</param>
    public LossyProxy(Uri server, Func<HttpListenerRequest, bool> loses)
    {
        this.loses = loses;
        http.BaseAddress = server;
        Address = new Uri($"http://127.0.0.1:{MotoServer.FreePort()}/");
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public void Dispose()
    {
        listener.Close();
        http.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = PassOnAsync(await listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task PassOnAsync(HttpListenerContext context)
    {
        var isLost = loses(context.Request);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), context.Request.RawUrl)
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var name in context.Request.Headers.AllKeys.OfType<string>().Where(name => name is not ("Host" or "Content-Length" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]))
            {
                request.Content.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]);
            }
        }

        using var answer = await http.SendAsync(request);
        if (isLost)
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
            context.Response.Close();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers
            .Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Content-Length" or "Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[header.Key] = string.Join(',', header.Value);
        }

        await answer.Content.CopyToAsync(context.Response.OutputStream);
        context.Response.Close();
    }
}
