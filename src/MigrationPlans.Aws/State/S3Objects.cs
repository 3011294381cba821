using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.State;

/// <summary>Objects of one state: read, listed, and written on condition only.</summary>
internal sealed class S3Objects : IDisposable
{
    private const int ConflictAttempts = 5;

    private readonly AwsAccount account;
    private readonly AmazonS3Client client;
    private readonly TimeProvider clock;

    /// <summary>How far S3's clock is ahead of ours, from its latest answer.</summary>
    private long clockAheadTicks;

    public S3Objects(S3Address address, AwsAccount account, AwsTimeouts timeouts, TimeProvider clock)
    {
        Address = address;
        this.account = account;
        this.clock = clock;
        var config = AwsSession.Configure(new AmazonS3Config(), account.Access.Region, timeouts);

        // Emulators and other stores have no name for each bucket.
        config.ForcePathStyle = config.ServiceURL is not null;
        client = new AmazonS3Client(account.Credentials, config);
        client.AfterResponseEvent += (_, response) => ReadClock(response);
    }

    public S3Address Address { get; }

    private DateTimeOffset Now => clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref clockAheadTicks));

    /// <summary>Null: there is none.</summary>
    /// <exception cref="DiagnosticException">It can't be read.</exception>
    public async Task<S3Object?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync("s3:GetObject", name, () => GetAsync(name, cancellationToken), cancellationToken);
        }
        catch (DiagnosticException exception) when (exception.InnerException is AmazonS3Exception { ErrorCode: "NoSuchKey" })
        {
            return null;
        }
    }

    /// <summary>Names, below this one and no deeper, with their ETags; in the order of the names.</summary>
    /// <param name="under">Empty, or a name that ends in a slash.</param>
    public async Task<List<(string Name, string ETag)>> ListAsync(string under, CancellationToken cancellationToken)
    {
        var found = new List<(string, string)>();
        var start = Address.Key(under);
        var request = new ListObjectsV2Request { BucketName = Address.Bucket, Prefix = start.Length == 0 ? null : start.TrimEnd('/') + "/", Delimiter = "/" };
        do
        {
            var page = await CallAsync("s3:ListBucket", name: null, () => client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            found.AddRange((page.S3Objects ?? []).Select(item => (item.Key[(Address.Prefix.Length == 0 ? 0 : Address.Prefix.Length + 1)..], item.ETag)));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);

        return found;
    }

    /// <summary>Writes the object when it still is what was seen.</summary>
    /// <param name="seen">The ETag; null: there was none.</param>
    /// <returns>The new ETag; null when somebody else wrote it meanwhile.</returns>
    /// <exception cref="DiagnosticException">It can't be written.</exception>
    public async Task<string?> TryWriteAsync(string name, ReadOnlyMemory<byte> content, string? seen, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await CallAsync("s3:PutObject", name, () => PutAsync(name, content, seen, cancellationToken), cancellationToken) is { Length: > 0 } version)
                {
                    return version;
                }

                // An answer without an ETag says nothing: some box on the way made it up.
                return await FindOwnAsync(name, content, cancellationToken);
            }
            catch (DiagnosticException exception) when (IsConflict(exception) && attempt < ConflictAttempts)
            {
                // Two conditional writes met, and S3 decided for neither (409); or a delete came in between.
            }
            catch (DiagnosticException exception) when (IsRefused(exception))
            {
                // The SDK repeats a write whose answer was lost, and the second one then meets the first.
                return await FindOwnAsync(name, content, cancellationToken);
            }
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>The ETag of what we wanted to write, when it is there.</summary>
    private async Task<string?> FindOwnAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await ReadAsync(name, cancellationToken) is { } there && there.Content.AsSpan().SequenceEqual(content.Span) ? there.ETag : null;

    private async Task<S3Object> GetAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = Address.Bucket, Key = Address.Key(name) }, cancellationToken);
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content, cancellationToken);
        return new S3Object(content.ToArray(), answer.ETag, answer.LastModified?.ToUniversalTime() ?? Now, Now);
    }

    private async Task<string?> PutAsync(string name, ReadOnlyMemory<byte> content, string? seen, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray());
        var request = new PutObjectRequest
        {
            BucketName = Address.Bucket,
            Key = Address.Key(name),
            InputStream = stream,
            ContentType = name.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/x-ndjson",
            IfMatch = seen,
            IfNoneMatch = seen is null ? "*" : null,
            UseChunkEncoding = false,
        };
        return (await client.PutObjectAsync(request, cancellationToken)).ETag;
    }

    private async Task<T> CallAsync<T>(string action, string? name, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var bucket = $"arn:{RegionPartition.Of(account.Access.Region)}:s3:::{Address.Bucket}";
        try
        {
            return await account.CallAsync(action, name is null ? bucket : $"{bucket}/{Address.Key(name)}", call, cancellationToken);
        }
        catch (DiagnosticException exception) when (exception.InnerException is AmazonS3Exception { ErrorCode: "NoSuchBucket" })
        {
            throw new DiagnosticException(RemoteStateDiagnostics.BucketMissing(Address.Bucket, account.Access.Region), exception);
        }
    }

    private void ReadClock(ResponseEventArgs response)
    {
        if (response is WebServiceResponseEventArgs { ResponseHeaders: { } headers }
            && headers.TryGetValue("Date", out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            Interlocked.Exchange(ref clockAheadTicks, (date - clock.GetUtcNow()).Ticks);
        }
    }

    private static bool IsConflict(DiagnosticException exception) => exception.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.Conflict };

    /// <summary>Also 404: to replace an object that is gone is refused as well.</summary>
    private static bool IsRefused(DiagnosticException exception) =>
        exception.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } or AmazonS3Exception { ErrorCode: "NoSuchKey" };
}
