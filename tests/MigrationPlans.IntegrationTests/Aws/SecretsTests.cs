using System.Globalization;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Every secret of two whole scenarios, looked for in everything that a run says, writes, starts and leaves.</summary>
public sealed class SecretsTests
{
    private static readonly string[] Places = ["/dev/shm", Path.GetTempPath()];

    [Test]
    public async Task No_secret_of_a_consolidation_is_in_any_output_file_argument_or_environment_of_a_program()
    {
        await using var fixture = await ConsolidationFixture.StartAsync();
        var manifest = fixture.FileOf("manifest.yaml");
        var texts = new List<(string Where, string Text)>();
        await ShowAsync("plan", manifest, "--out", fixture.FileOf("plan.json"));
        await ShowAsync("plan", manifest, "--format", "json");
        await ShowAsync("plan", manifest, "--format", "markdown");

        texts.AddRange(await KillDuringDumpAsync(fixture, manifest));
        Assert.That(Leftovers(), Is.Empty);

        await ShowAsync("apply", manifest, "--auto-approve");
        await ShowAsync("status", manifest, "--format", "json");
        await ShowAsync("state", "show", manifest);
        await ShowAsync("verify", manifest, "--level", "checksums", "--format", "json");
        await ConsolidationFixture.BreakLoginAsync();
        var refused = await ShowAsync("verify", manifest);
        Assert.That(refused, Does.Contain("MP3004"));
        await ConsolidationFixture.MendLoginAsync();
        await ShowAsync("rollback", manifest, "--auto-approve");

        texts.AddRange(fixture.Files().Select(file => (file.Name, file.Text)));
        AssertClean(texts, ConsolidationFixture.Secrets);

        // A trust policy has to name the external id, which only tells one customer of a role from another.
        using var iam = await fixture.RunAsync("iam", manifest);
        AssertClean([("iam", iam.ToString())], ConsolidationFixture.Secrets.Where(secret => secret != ConsolidationFixture.ExternalId));
        Assert.That(Leftovers(), Is.Empty);

        async Task<string> ShowAsync(params string[] arguments)
        {
            using var run = await fixture.RunAsync(arguments);
            texts.Add((string.Join(' ', arguments), run.ToString()));
            return run.ToString();
        }
    }

    [Test]
    public async Task No_secret_of_a_move_is_in_any_output_or_file()
    {
        var texts = new List<(string Where, string Text)>();
        var fails = true;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            fails && request.Action == "CopyDBSnapshot" ? ScriptedAnswer.Error(400, "InvalidParameterValue", "no") : answer()));
        await ShowAsync("plan", fixture.Manifest, "--format", "json");
        await ShowAsync("apply", fixture.Manifest, "--auto-approve");
        fails = false;
        await ShowAsync("apply", fixture.Manifest, "--auto-approve");
        await ShowAsync("state", "show", fixture.Manifest);
        await ShowAsync("rollback", fixture.Manifest, "--auto-approve");
        texts.AddRange(fixture.Files().Where(file => file != fixture.Manifest).Select(file => (file, File.ReadAllText(file))));
        AssertClean(texts, [AwsEnvironment.SecretKey, ScriptedAnswer.SessionToken, MoveFixture.ExternalId, "X-Amz-Signature", "X-Amz-Security-Token"]);

        async Task ShowAsync(params string[] arguments)
        {
            using var run = await fixture.RunAsync(arguments);
            texts.Add((string.Join(' ', arguments), run.ToString()));
        }
    }

    /// <summary>Holds pg_dump up by a lock, looks at the processes, and kills migplan while the password is handed over.</summary>
    private static async Task<IEnumerable<(string Where, string Text)>> KillDuringDumpAsync(ConsolidationFixture fixture, string manifest)
    {
        // The run stops at its first role until the locks that pg_dump is to meet are there: the inspection must not meet them.
        await using var roles = await Sql.OpenAsync(TestServers.Target, "postgres");
        await Sql.RunAsync(roles, "BEGIN; LOCK TABLE pg_authid IN EXCLUSIVE MODE");
        using var apply = fixture.Start("apply", manifest, "--auto-approve");
        await UntilAsync(
            apply,
            async () => await Sql.ScalarAsync<long>(
                TestServers.Target,
                "postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE ROLE%'") > 0);

        await using var tableA = await Sql.OpenAsync(TestServers.Source, "source_database_a");
        await using var tableB = await Sql.OpenAsync(TestServers.Source, "source_database_b");
        await Sql.RunAsync(tableA, "BEGIN; LOCK TABLE orders");
        await Sql.RunAsync(tableB, "BEGIN; LOCK TABLE orders");
        await Sql.RunAsync(roles, "ROLLBACK");

        var seen = new List<(string Arguments, string Environment)>();
        await UntilAsync(apply, () =>
        {
            seen = [.. ProcessLook.Family(apply.Id)];
            return Task.FromResult(seen.Any(process => process.Arguments.Contains("--schema-only", StringComparison.Ordinal)
                && process.Environment.Contains("PGPASSFILE=/proc/", StringComparison.Ordinal)));
        });
        await apply.KillAsync();
        var dumps = seen.Where(process => process.Arguments.Contains("pg_dump", StringComparison.Ordinal)).ToList();
        return
        [
            ("the killed run", apply.ToString()),
            .. seen.Select(process => ("arguments", process.Arguments)),
            .. dumps.Select(process => ("environment of pg_dump", process.Environment)),
        ];
    }

    private static async Task UntilAsync(MigplanProcess apply, Func<Task<bool>> isReached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await isReached())
        {
            Assert.That(apply.HasExited, Is.False, apply.ToString());
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static IEnumerable<string> Leftovers() => Places.Where(Directory.Exists)
        .SelectMany(place => Directory.EnumerateFiles(place, "migplan-*"))
        .Where(file => Guid.TryParseExact(Path.GetFileName(file)["migplan-".Length..], "n", out _));

    private static void AssertClean(IEnumerable<(string Where, string Text)> texts, IEnumerable<string> secrets)
    {
        var found = from text in texts
                    from secret in secrets
                    where text.Text.Contains(secret, StringComparison.Ordinal)
                    select string.Create(CultureInfo.InvariantCulture, $"{secret} in {text.Where}");
        Assert.That(found, Is.Empty);
    }
}
