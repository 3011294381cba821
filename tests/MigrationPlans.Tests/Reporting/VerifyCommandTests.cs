using System.Collections.Immutable;
using System.CommandLine;
using MigrationPlans.Cli;
using MigrationPlans.Cli.Commands;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using NJsonSchema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class VerifyCommandTests : IDatabaseVerifier
{
    private const string Manifest = """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: sample }
        sources:
          legacy: { postgres: { host: 127.0.0.1 }, credentials: { username: migrator } }
        targets:
          nonprod: { postgres: { host: 127.0.0.1, port: 5433 }, credentials: { username: migrator } }
        databases:
          - { from: legacy/shop, to: nonprod/shop, verify: none }
          - { from: legacy/desk, to: nonprod/desk, verify: checksums }
        """;

    private readonly List<(string Database, VerificationLevel Level)> asked = [];
    private readonly Dictionary<string, Func<VerificationReport, VerificationReport>> outcomes = [];
    private readonly List<StepProgress> reads = [];
    private readonly List<LongWait> waits = [];
    private readonly FakeClock clock = new();
    private string directory = "";

    [SetUp]
    public void CreateDirectory()
    {
        directory = Directory.CreateTempSubdirectory("migplan-verify-").FullName;
        File.WriteAllText(Path.Combine(directory, "m.yaml"), Manifest);
        asked.Clear();
        outcomes.Clear();
        reads.Clear();
        waits.Clear();
    }

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Equal_databases_are_exit_0_and_compared_at_least_by_counts()
    {
        var (code, output, _) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Done));
        Assert.That(output, Does.EndWith("Verification: 2 equal, 0 different, 0 not comparable; 2 tables, 20 rows.\n"));
        Assert.That(
            asked,
            Is.EqualTo(((string, VerificationLevel)[])[("nonprod/shop", VerificationLevel.Counts), ("nonprod/desk", VerificationLevel.Checksums)]));
    }

    [Test]
    public async Task The_level_of_the_command_line_wins()
    {
        await RunAsync("m.yaml", "--level", "counts");
        Assert.That(asked.Select(ask => ask.Level), Is.All.EqualTo(VerificationLevel.Counts));
    }

    [Test]
    public async Task A_long_wait_is_told_of()
    {
        waits.Add(new("legacy/shop (session 7)", TimeSpan.FromMinutes(2), "lets it wait (Lock relation) for session 8"));
        Assert.That(
            (await RunAsync("m.yaml")).Error,
            Does.Contain("nothing from legacy/shop (session 7) for 2 min; the server lets it wait (Lock relation) for session 8"));
    }

    [Test]
    public async Task Differences_are_exit_8_and_shown()
    {
        outcomes["nonprod/desk"] = Different;
        var (code, output, _) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Different));
        Assert.That(output, Does.Contain("different legacy/desk → nonprod/desk"));
        Assert.That(output, Does.Contain("public.lost        3  absent"));
        Assert.That(output, Does.Contain("public.other       3       3  same count, other content"));
        Assert.That(output, Does.Contain("owner public.orders: app on the source, absent on the target"));
    }

    [Test]
    public async Task A_database_that_cannot_be_read_is_exit_1_and_does_not_stop_the_others()
    {
        outcomes["nonprod/shop"] = _ => throw Unreachable();
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(output, Does.Contain("1 equal, 0 different, 1 not comparable"));
        Assert.That(error, Does.Contain("MP6004"));
    }

    [Test]
    public async Task A_difference_weighs_more_than_a_failure()
    {
        outcomes["nonprod/shop"] = _ => throw Unreachable();
        outcomes["nonprod/desk"] = Different;
        Assert.That((await RunAsync("m.yaml")).Code, Is.EqualTo(ExitCode.Different));
    }

    [Test]
    public async Task Rows_that_differ_are_shown_by_their_keys_and_rows_that_were_not_read_are_named()
    {
        outcomes["nonprod/desk"] = Different;
        var output = (await RunAsync("m.yaml")).Output;
        Assert.That(output, Does.Contain("(region, id) missing (eu, 7); changed (us, 1) (us, 2); and more"));
        Assert.That(output, Does.Contain("rows of public.secret not compared: on the target, row security hides rows from the login"));
    }

    [Test]
    public async Task Rows_that_were_not_read_are_no_proof_that_both_sides_are_equal()
    {
        outcomes["nonprod/desk"] = report => report with { NotCompared = [new UncomparedRows("public", "secret", "unreadable")] };
        var (code, output, _) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(output, Does.Contain("not all   ").And.Contain("1 equal, 0 different, 1 not comparable as a whole"));
    }

    [Test]
    public async Task What_the_login_may_not_change_is_named_and_is_no_difference()
    {
        outcomes["nonprod/desk"] = report => report with
        {
            LeftOut = [new LeftOutDifference("grant", "schema public to app", "CREATE", null, "it can't be helped")],
        };
        var (code, output, _) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Done));
        Assert.That(
            output,
            Does.Contain("  grant schema public to app left out: CREATE on the source, absent on the target; it can't be helped\n")
                .And.Contain("2 equal, 0 different"));
    }

    /// <summary>Hours of reading must not look like a hang; what a pipe takes stays the report alone.</summary>
    [Test]
    public async Task How_much_was_read_is_told_on_standard_error()
    {
        reads.AddRange([new("public.orders", 0, 0, 0, 1 << 30, 6L << 30, 0, 0), new("public.lines", 0, 0, 0, 2L << 30, 6L << 30, 0, 0)]);
        var (_, output, error) = await RunAsync("m.yaml", "--format", "json");
        Assert.That(error, Does.Contain(" nonprod/shop:verify 2.0 GB of about 6.0 GB, public.lines\n").And.Contain(" nonprod/desk:verify 2.0 GB"));
        Assert.That(output, Does.StartWith("{").And.Not.Contain("of about"));
    }

    [Test]
    public async Task Of_thousands_of_differences_the_first_of_each_kind_are_shown_and_json_has_all()
    {
        outcomes["nonprod/desk"] = report => report with
        {
            Tables =
            [
                .. Enumerable.Range(1, 2999).Select(number => new TableComparison("public", $"t{number}", 1, -1, null, null)),
                new TableComparison("public", "z", 7, 8, null, null),
            ],
            Differences =
            [
                .. Enumerable.Range(1, 3000).Select(number => new ObjectDifference("comment", $"public.t{number}", "ours", null)),
                new ObjectDifference("owner", "public.orders", "app", null),
            ],
        };

        var (code, output, _) = await RunAsync("m.yaml");
        var json = (await RunAsync("m.yaml", "--format", "json")).Output;

        Assert.That(code, Is.EqualTo(ExitCode.Different));
        Assert.That(
            output,
            Does.Contain("… and 2,950 more (tables); `verify --format json` has all")
                .And.Contain("… and 2,950 more (comment)")
                .And.Contain("owner public.orders")
                .And.Contain("public.z  ")
                .And.Not.Contain("t51"));
        Assert.That(json, Does.Contain("public.t3000"));
    }

    [Test]
    public async Task The_json_report_fits_its_schema()
    {
        outcomes["nonprod/shop"] = _ => throw Unreachable();
        outcomes["nonprod/desk"] = Different;
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("schemas", "verification.v1.schema.json"));
        Assert.That(schema.Validate((await RunAsync("m.yaml", "--format", "json")).Output).Select(error => error.ToString()), Is.Empty);
    }

    Task<VerificationReport> IDatabaseVerifier.VerifyAsync(
        MigrationManifest manifest,
        DatabaseMapping mapping,
        VerificationLevel level,
        int parallelism,
        Action<StepProgress> report,
        Action<LongWait>? tell,
        CancellationToken cancellationToken)
    {
        waits.ForEach(wait => tell?.Invoke(wait));
        foreach (var read in reads)
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            report(read);
        }

        asked.Add((mapping.Address, level));
        var compared = new VerificationReport
        {
            Database = mapping.Address,
            From = mapping.From,
            To = mapping.To,
            Level = level,
            Tables = [new TableComparison("public", "orders", 10, 10, null, null)],
        };
        return Task.FromResult(outcomes.TryGetValue(mapping.Address, out var outcome) ? outcome(compared) : compared);
    }

    private static VerificationReport Different(VerificationReport report) => report with
    {
        Tables = ImmutableArray.Create(
            new TableComparison("public", "lost", 3, -1, "a", null), new TableComparison("public", "other", 3, 3, "a", "b"),
            new TableComparison("public", "keyed", 4, 3, "a", "b")
            {
                Rows = new RowDifferences { KeyColumns = ["region", "id"], Missing = [["eu", "7"]], Changed = [["us", "1"], ["us", "2"]] },
            }),
        NotCompared = [new UncomparedRows("public", "secret", "on the target, row security hides rows from the login")],
        Differences = [new ObjectDifference("owner", "public.orders", "app", null)],
        LeftOut = [new LeftOutDifference("comment", "schema public", "ours", null, "it can't be helped")],
    };

    private static StepFailedException Unreachable() =>
        new(ExecutionDiagnostics.ConnectionFailed("legacy/shop", "refused"), FailureClass.Transient);

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { In = TextReader.Null, Out = output, Error = error, WorkingDirectory = directory, Clock = clock };
        var command = VerifyCommand.Create(host, _ => new VerifierScope(this));
        var code = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
