using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A move across account and region, carried out by the real program against <see cref="FakeRds"/>.</summary>
internal sealed class MoveFixture : IDisposable
{
    public const string From = "eu-central-1";
    public const string To = "eu-west-1";
    public const string SourceAccount = "111111111111";
    public const string TargetAccount = "222222222222";
    public const string SourceKey = "arn:aws:kms:eu-central-1:111111111111:key/11111111-0000-0000-0000-000000000000";
    public const string TargetKey = "arn:aws:kms:eu-west-1:222222222222:key/22222222-0000-0000-0000-000000000000";

    public const string ExternalId = "ext-of-the-source";

    private readonly string directory = Directory.CreateTempSubdirectory("migplan-fake-move-").FullName;
    private readonly ScriptedAws aws;

    /// <param name="script">Gets a request and the way to the fake's own answer; null is that answer.</param>
    /// <param name="to">More of the target, as YAML.</param>
    public MoveFixture(string? sourceKey = SourceKey, Func<ScriptedRequest, Func<ScriptedAnswer>, Task<ScriptedAnswer>>? script = null, string to = "")
    {
        Rds.AddInstance(SourceAccount, From, "env-shop", sourceKey);
        aws = new ScriptedAws(request => script is null ? Task.FromResult(Rds.Answer(request)) : script(request, () => Rds.Answer(request)));
        File.WriteAllText(Manifest, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: to-ireland }
            instances:
              - from: { region: {{From}}, roleArn: "arn:aws:iam::{{SourceAccount}}:role/mover", externalId: "${env:EXTERNAL_ID}", match: { identifiers: ["env-*"] } }
                to: { region: {{To}}, roleArn: "arn:aws:iam::{{TargetAccount}}:role/mover", identifier: "{identifier}-moved"{{(sourceKey is null ? "" : $", kmsKeyId: \"{TargetKey}\"")}}{{to}} }
            """);
    }

    public FakeRds Rds { get; } = new();

    public string Manifest => Path.Combine(directory, "manifest.yaml");

    public string StateDirectory => Path.Combine(directory, ".migplan", "to-ireland");

    /// <summary>What the program acts as where no role is named: <c>ASIA</c> and an account's number is that account.</summary>
    public string AccessKey { get; set; } = "AKIAOWNOWNOWNOWNOWN1";

    /// <summary>Changes the manifest.</summary>
    public void Edit(string before, string after)
    {
        var text = File.ReadAllText(Manifest);
        Assert.That(text, Does.Contain(before));
        File.WriteAllText(Manifest, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>Whether the journal, which is flushed before a step acts, holds the beginning of a step of that kind.</summary>
    public bool HasBegun(string kind)
    {
        var journal = Path.Combine(StateDirectory, "journal.ndjson");
        return File.Exists(journal) && File.ReadLines(journal).Any(line =>
            line.Contains("step-begun", StringComparison.Ordinal) && line.Contains($":{kind}\"", StringComparison.Ordinal));
    }

    public int Requests(string action) => aws.Count(action);

    public MigplanProcess Start(params string[] arguments) => MigplanProcess.Start(arguments, new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = aws.Address.ToString(),
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_MAX_ATTEMPTS"] = "2",
        ["EXTERNAL_ID"] = ExternalId,
    });

    public async Task<MigplanProcess> RunAsync(params string[] arguments)
    {
        var migplan = Start(arguments);
        await migplan.WaitAsync();
        return migplan;
    }

    public Task<MigplanProcess> ApplyAsync() => RunAsync("apply", Manifest, "--auto-approve");

    public IEnumerable<string> Files() => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories);

    public void Dispose()
    {
        aws.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
