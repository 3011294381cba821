using MigrationPlans.Cli;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

public sealed class ApplyCommandTests
{
    private string directory = null!;
    private FakeParts parts = null!;
    private CancellationTokenSource stopping = null!;

    [SetUp]
    public void CreateDirectory()
    {
        directory = Directory.CreateTempSubdirectory("migplan-cli-").FullName;
        parts = new FakeParts();
        stopping = new CancellationTokenSource();
        Write("counts", "a", "b");
    }

    [TearDown]
    public async Task RemoveDirectoryAsync()
    {
        await parts.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        stopping.Dispose();
    }

    [Test]
    public async Task Apply_shows_the_plan_carries_it_out_and_the_second_time_does_nothing()
    {
        var first = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(first.Code, Is.Zero, first.Error);
        Assert.That(first.Out, Does.Contain("s/a → t/a").And.Contain("finished, 2 databases"));
        Assert.That(first.Error, Does.Contain("t/a:copy-data done"));

        var acts = parts.Acts.Count;
        var second = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(second.Code, Is.Zero, second.Error);
        Assert.That(second.Out, Does.Contain("nothing to do"));
        Assert.That(parts.Acts, Has.Count.EqualTo(acts));
    }

    [Test]
    public async Task A_target_database_that_has_gone_is_drift()
    {
        await RunAsync("apply", "m.yaml", "--auto-approve");
        parts.Effects.TryRemove("t/b:create-database", out _);
        var result = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(result.Code, Is.EqualTo(6));
        Assert.That(result.Error, Does.Contain("MP6008").And.Contain("t/b"));
    }

    /// <summary>
    /// A server that was restored numbers its databases anew; only where it is known to be the same one does another number
    /// tell of another database.
    /// </summary>
    [TestCase("1", "1", 6)]
    [TestCase("1", "2", 0)]
    [TestCase("1", null, 0)]
    [TestCase(null, "1", 0)]
    [TestCase(null, null, 0)]
    public async Task A_database_of_another_number_is_another_one_where_the_server_is_known_to_be_the_same(string? before, string? now, int code)
    {
        (parts.Oid, parts.SystemIdentifier) = (16384, _ => before);
        await RunAsync("apply", "m.yaml", "--auto-approve");
        (parts.Oid, parts.SystemIdentifier) = (16999, _ => now);
        var result = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(result.Code, Is.EqualTo(code), result.Error);
    }

    [Test]
    public async Task Nobody_to_ask_is_a_refusal_before_anything_is_touched()
    {
        var result = await RunAsync("apply", "m.yaml");
        Assert.That(result.Code, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("MP9101"));
        Assert.That(parts.Acts, Is.Empty);
    }

    [TestCase("yes\n", 0)]
    [TestCase("y\n", 1)]
    [TestCase("", 1)]
    public async Task Only_yes_is_approval(string answer, int code)
    {
        var result = await AnswerAsync(answer, "apply", "m.yaml");
        Assert.That(result.Code, Is.EqualTo(code), result.Error);
        Assert.That(parts.Acts.IsEmpty, Is.EqualTo(code != 0));
        Assert.That(result.Error, code == 0 ? Does.Not.Contain("MP9102") : Does.Contain("error[MP9102]: not approved; nothing was touched"));
    }

    [Test]
    public async Task A_stop_at_the_question_is_a_stop_and_nothing_is_adopted()
    {
        using var console = new SilentConsole();
        stopping.CancelAfter(TimeSpan.FromMilliseconds(200));
        var result = await AskAsync(console, "apply", "m.yaml").WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(result.Code, Is.EqualTo(4), result.Error);
        Assert.That(parts.Acts, Is.Empty);

        stopping = new CancellationTokenSource();
        Assert.That((await RunAsync("status", "m.yaml")).Out, Does.Contain("nothing was applied yet"));
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.Zero, "the lock was given back");
    }

    [Test]
    public async Task The_next_command_does_no_more_than_this_one()
    {
        parts.Act = step => Fail(step, "t/b:copy-data", FailureClass.Permanent);
        Directory.CreateDirectory(Path.Combine(directory, "my plans"));
        await SavePlanAsync(plan => plan, "my plans/plan.json");
        var result = await RunAsync("apply", "my plans/plan.json", "--manifest", "m.yaml", "--target", "t/b", "--parallelism", "3", "--state", "here");
        Assert.That(result.Error, Does.Contain("next: migplan apply 'my plans/plan.json' --manifest m.yaml --state here --target t/b --parallelism 3\n"));
    }

    [Test]
    public async Task Some_databases_failed_is_7_and_the_same_command_resumes()
    {
        parts.Act = step => Fail(step, "t/a:copy-data", FailureClass.Permanent);
        var first = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(first.Code, Is.EqualTo(7));
        Assert.That(first.Error, Does.Contain("next: migplan apply m.yaml"));

        parts.Act = _ => { };
        var second = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(second.Code, Is.Zero, second.Error);
        Assert.That(parts.Acts.Count(act => act == "t/b:copy-data"), Is.EqualTo(1));
    }

    [Test]
    public async Task All_failed_is_1_and_a_difference_is_8()
    {
        parts.Act = step => Fail(step, step.Id, FailureClass.Permanent);
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.EqualTo(1));
        parts.Act = step => Fail(step, "t/a:verify", FailureClass.Difference);
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.EqualTo(8));
    }

    [Test]
    public async Task A_stop_is_4_and_a_change_of_how_it_is_proved_goes_through()
    {
        parts.Act = _ => stopping.Cancel();
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.EqualTo(4));

        stopping = new CancellationTokenSource();
        parts.Act = _ => { };
        Write("checksums", "a", "b");
        var changed = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(changed.Code, Is.Zero, changed.Error);
    }

    [Test]
    public async Task A_resumed_run_takes_no_more_connections_than_the_servers_have_free_now()
    {
        await StopAfterAStepAsync();
        parts.TargetRoom = 5;
        Assert.That(await ResumeAsync(TimeSpan.FromMilliseconds(20)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_a_resumed_run_can_not_look_at_sets_no_limit()
    {
        await StopAfterAStepAsync();
        parts.TargetRoom = 5;
        parts.TargetAnswers = false;
        Assert.That(await ResumeAsync(TimeSpan.FromSeconds(10)), Is.GreaterThan(1));
    }

    [Test]
    public async Task A_second_run_is_locked_out()
    {
        await using var held = await StateLock.TakeAsync(
            new LocalLockFile(Path.Combine(directory, ".migplan", "demo"), TimeProvider.System),
            TimeProvider.System,
            CancellationToken.None);
        var result = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(result.Code, Is.EqualTo(5));
        Assert.That(result.Error, Does.Contain("MP5001"));

        var unlock = await RunAsync("state", "unlock", "m.yaml", "--force");
        Assert.That(unlock.Code, Is.EqualTo(5));
        Assert.That(unlock.Error, Does.Contain("MP5012"));
    }

    [Test]
    public async Task A_target_option_carries_out_only_that_database_and_the_rest_comes_later()
    {
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/b")).Code, Is.Zero);
        Assert.That(parts.Acts, Has.None.StartsWith("t/a"));
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.Zero);
        Assert.That(parts.Acts, Does.Contain("t/a:verify"));

        var unknown = await RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/none");
        Assert.That(unknown.Code, Is.EqualTo(ExitCode.WrongCommandLine));
        Assert.That(unknown.Error, Does.Contain("MP9103"));
    }

    [Test]
    public async Task What_this_version_can_not_do_is_refused_before_anything_is_touched()
    {
        File.WriteAllText(Path.Combine(directory, "m.yaml"), """
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: demo }
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              t: { postgres: { host: localhost }, credentials: { username: u } }
            databases:
              - { from: s/a, to: t/a, strategy: replicate }
            """);
        var result = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(result.Code, Is.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.Contain("MP6001"));
        Assert.That(Directory.Exists(Path.Combine(directory, ".migplan")), Is.False);
    }

    [Test]
    public async Task A_saved_plan_is_applied_without_asking()
    {
        await SavePlanAsync(plan => plan);
        var result = await RunAsync("apply", "plan.json");
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(parts.Acts, Does.Contain("t/b:verify"));
    }

    [Test]
    public async Task A_saved_plan_that_differs_from_what_is_found_now_is_refused()
    {
        await SavePlanAsync(plan => plan with { Steps = [.. plan.Steps.Where(step => step.Kind != "analyze" && step.Kind != "verify")] });
        var result = await RunAsync("apply", "plan.json");
        Assert.That(result.Code, Is.EqualTo(6), result.Error);
        Assert.That(result.Error, Does.Contain("MP4055").And.Contain("t/a:verify is new"));
        Assert.That(parts.Acts, Is.Empty);
    }

    [Test]
    public async Task A_saved_plan_other_than_the_one_under_way_is_refused()
    {
        parts.Act = _ => stopping.Cancel();
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.EqualTo(4));
        stopping = new CancellationTokenSource();
        parts.Act = _ => { };
        await SavePlanAsync(plan => plan with { Steps = [.. plan.Steps.Where(step => step.Kind != "analyze" && step.Kind != "verify")] });
        var result = await RunAsync("apply", "plan.json");
        Assert.That(result.Code, Is.EqualTo(6), result.Error);
        Assert.That(result.Error, Does.Contain("MP5009"));
    }

    /// <summary>A state that is finished, or under way, says nothing of a plan of something else.</summary>
    [TestCase(PlanMode.Online, true)]
    [TestCase(PlanMode.Online, false)]
    [TestCase(PlanMode.Offline, true)]
    [TestCase(PlanMode.Offline, false)]
    public async Task A_saved_plan_that_was_made_from_another_manifest_is_refused_whatever_the_state_says(PlanMode mode, bool isFinished)
    {
        Write("counts", "a", "b", "c");
        var grown = await ManifestAsync();
        await SavePlanAsync(plan => mode == PlanMode.Online ? plan : Planner.Plan(grown, facts: null).Plan!, "grown.json");
        await SavePlanAsync(plan => Planner.Plan(grown with { Name = "else", Digest = "e" }, facts: null).Plan!, "else.json");
        Write("counts", "a", "b");
        await (isFinished ? RunAsync("apply", "m.yaml", "--auto-approve") : StopAfterAStepAsync());
        var acts = parts.Acts.Count;

        var result = await RunAsync("apply", "grown.json", "--manifest", "m.yaml");
        Assert.That((result.Code, result.Out), Is.EqualTo((6, "")), result.Error);
        Assert.That(result.Error, Does.Contain("error[MP4055]: plan file `grown.json` is out of date: the manifest has changed since"));
        var other = await RunAsync("apply", "else.json", "--manifest", "m.yaml", "--auto-approve");
        Assert.That((other.Code, other.Out), Is.EqualTo((6, "")), other.Error);
        Assert.That(other.Error, Does.Contain("it is a plan of `else`, not of `demo`"));
        Assert.That(parts.Acts, Has.Count.EqualTo(acts));
    }

    [TestCase("x")]
    [TestCase("0")]
    [TestCase("65")]
    [TestCase("99999999999999999999")]
    public async Task A_parallelism_that_makes_no_sense_is_a_wrong_command_line(string value)
    {
        Assert.That((await RunAsync("apply", "m.yaml", "--parallelism", value)).Code, Is.EqualTo(64));
        Assert.That((await RunAsync("rehearse", "m.yaml", "--parallelism", value)).Code, Is.EqualTo(64));
    }

    [Test]
    public async Task A_saved_plan_whose_manifest_has_changed_is_out_of_date()
    {
        await SavePlanAsync(plan => plan);
        Write("counts", "a");
        var result = await RunAsync("apply", "plan.json");
        Assert.That(result.Code, Is.EqualTo(6));
        Assert.That(result.Error, Does.Contain("MP4055").And.Contain("the manifest, m.yaml, was changed since"));

        var named = await RunAsync("apply", "plan.json", "--manifest", "m.yaml");
        Assert.That(named.Code, Is.EqualTo(6), named.Error);

        File.Delete(Path.Combine(directory, "m.yaml"));
        var gone = await RunAsync("apply", "plan.json");
        Assert.That(gone.Code, Is.EqualTo(1));
        Assert.That(gone.Error, Does.Contain("MP9104"));
    }

    [Test]
    public async Task Status_speaks_from_the_state_alone()
    {
        Assert.That((await RunAsync("status", "m.yaml")).Out, Does.Contain("nothing was applied yet"));
        parts.Act = step => Fail(step, "t/a:copy-data", FailureClass.Permanent);
        await RunAsync("apply", "m.yaml", "--auto-approve");

        var text = await RunAsync("status", "m.yaml");
        Assert.That(text.Out, Does.Contain("unfinished, 1 of 2 databases done").And.Contain("not tried, because t/a:copy-data failed"));
        var json = System.Text.Json.Nodes.JsonNode.Parse((await RunAsync("status", "m.yaml", "--format", "json")).Out)!;
        Assert.That((string?)json["formatVersion"], Is.EqualTo("1.0"));
        Assert.That((string?)json["databases"]![0]!["status"], Is.EqualTo("failed"));
        var untried = json["databases"]![0]!["steps"]!.AsArray().Single(step => (string?)step!["id"] == "t/a:verify")!;
        Assert.That((string?)untried["problem"]!["code"], Is.EqualTo("MP6006"));
    }

    [Test]
    public async Task Status_as_JSON_is_what_its_schema_says()
    {
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Repository.PathOf("schemas", "status.v1.schema.json"));
        var none = (await RunAsync("status", "m.yaml", "--format", "json")).Out;
        parts.Act = step => Fail(step, "t/a:copy-data", FailureClass.Permanent);
        await RunAsync("apply", "m.yaml", "--auto-approve");
        var unfinished = (await RunAsync("status", "m.yaml", "--format", "json")).Out;
        parts.Act = _ => { };
        await RunAsync("apply", "m.yaml", "--auto-approve");
        var finished = (await RunAsync("status", "m.yaml", "--format", "json")).Out;
        Assert.That(new[] { none, unfinished, finished }.SelectMany(json => schema.Validate(json)), Is.Empty);
        Assert.That(
            schema.Validate(finished.Replace("\"manifestChanged\": false", "\"manifestChanged\": 0", StringComparison.Ordinal)),
            Is.Not.Empty,
            "it can fail");
    }

    [Test]
    public async Task Rollback_removes_what_the_state_says_and_then_apply_begins_anew()
    {
        Assert.That((await RunAsync("rollback", "m.yaml", "--auto-approve")).Code, Is.Zero);
        await RunAsync("apply", "m.yaml", "--auto-approve");

        Assert.That((await RunAsync("rollback", "m.yaml")).Code, Is.EqualTo(1));
        Assert.That(parts.Removed, Is.Empty);
        Assert.That((await RunAsync("rollback", "m.yaml", "--auto-approve")).Code, Is.Zero);
        Assert.That(parts.Removed, Is.EquivalentTo(new[] { "database t/a", "database t/b" }));
        Assert.That((await RunAsync("rollback", "m.yaml", "--auto-approve")).Out, Does.Contain("nothing to do"));

        parts.Effects.Clear();
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.Zero);
    }

    [Test]
    public async Task Rollback_leaves_alone_what_is_in_another_account()
    {
        File.WriteAllText(Path.Combine(directory, "m.yaml"), """
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: demo }
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              t: { rds: { instance: app, region: eu-west-1 }, credentials: { username: u, password: { env: P } } }
            databases:
              - { from: s/a, to: t/a }
            """);
        foreach (var (name, account) in new[] { ("dev", "111111111111"), ("prod", "222222222222") })
        {
            File.WriteAllText(Path.Combine(directory, $"{name}.yaml"), $$"""targets: { t: { rds: { roleArn: "arn:aws:iam::{{account}}:role/migplan" } } }""");
        }

        var apply = await RunAsync("apply", "m.yaml", "--overlay", "dev.yaml", "--auto-approve");
        Assert.That(apply.Code, Is.Zero, apply.Error);
        Assert.That(apply.Out, Does.Contain("rds:111111111111/eu-west-1/app"));

        var astray = await RunAsync("rollback", "m.yaml", "--overlay", "prod.yaml", "--auto-approve");
        Assert.That(astray.Code, Is.EqualTo(1));
        Assert.That(astray.Error, Does.Contain("it is on rds:111111111111/eu-west-1/app, and `t` is rds:222222222222/eu-west-1/app"));
        Assert.That((await RunAsync("rollback", "m.yaml", "--auto-approve")).Code, Is.EqualTo(1), "whose account that is, nobody knows");
        Assert.That(parts.Removed, Is.Empty);
        Assert.That((await RunAsync("rollback", "m.yaml", "--overlay", "dev.yaml", "--auto-approve")).Code, Is.Zero);
        Assert.That(parts.Removed, Is.EqualTo(new[] { "database t/a" }));
    }

    [Test]
    public async Task Where_nothing_was_applied_there_is_nothing_to_show_or_take_back()
    {
        foreach (var command in new[] { new[] { "state", "list", "m.yaml" }, ["state", "show", "m.yaml"], ["rollback", "m.yaml", "--auto-approve"] })
        {
            var result = await RunAsync(command);
            Assert.That(result.Error, Does.Contain("note[MP5013]").And.Contain("there is no state in").And.Contain("--state DIR"), command[1]);
            Assert.That(result.Out, Is.EqualTo(command[1] == "show" ? "null\n" : ""), "programs read JSON");
        }

        Assert.That(parts.Removed, Is.Empty);
    }

    [Test]
    public async Task A_state_of_a_manifest_of_another_name_is_left_alone()
    {
        await RunAsync("apply", "m.yaml", "--auto-approve", "--state", "here");
        var text = await File.ReadAllTextAsync(Path.Combine(directory, "m.yaml"));
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), text.Replace("name: demo", "name: other", StringComparison.Ordinal));
        var acts = parts.Acts.Count;
        string[][] commands =
        [
            ["apply", "m.yaml", "--auto-approve"], ["rollback", "m.yaml", "--auto-approve"], ["plan", "m.yaml"],
            ["status", "m.yaml"], ["status", "m.yaml", "--format", "json"],
            ["state", "list", "m.yaml"], ["state", "show", "m.yaml"], ["state", "unlock", "m.yaml", "--force"],
        ];
        foreach (var command in commands)
        {
            var result = await RunAsync([.. command, "--state", "here"]);
            Assert.That((result.Code, result.Out), Is.EqualTo((1, "")), $"{command[0]}: {result.Error}");
            Assert.That(result.Error, Does.Contain("error[MP5014]").And.Contain("belongs to `demo`, not to `other`"));
        }

        Assert.That(parts.Acts, Has.Count.EqualTo(acts));
        Assert.That(parts.Removed, Is.Empty);
    }

    /// <summary>What can be no directory holds no state, and never will: that nothing was applied yet is not what is to be told.</summary>
    [TestCase(".migplan")]
    [TestCase(".migplan/demo")]
    [TestCase("here", "--state", "here/sub")]
    public async Task A_file_in_the_place_of_the_state_is_named(string file, params string[] options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, file))!);
        await File.WriteAllTextAsync(Path.Combine(directory, file), "mine");
        foreach (var command in new[] { new[] { "status", "m.yaml" }, ["apply", "m.yaml", "--auto-approve"] })
        {
            var result = await RunAsync([.. command, .. options]);
            Assert.That(result.Code, Is.EqualTo(1), result.Error);
            Assert.That(result.Error, Does.Contain("error[MP5007]").And.Contain($"{file}` is a file").Or.Contain("it is a file"));
        }

        Assert.That(parts.Acts, Is.Empty);
    }

    /// <summary>A directory in the file's place can't be read whoever asks.</summary>
    [TestCase("journal.ndjson")]
    [TestCase("state.json")]
    public async Task A_state_that_can_not_be_read_is_named(string file)
    {
        await RunAsync("apply", "m.yaml", "--auto-approve");
        var path = Path.Combine(directory, ".migplan", "demo", file);
        File.Delete(path);
        Directory.CreateDirectory(path);
        var acts = parts.Acts.Count;

        foreach (var command in new[] { new[] { "status", "m.yaml" }, ["apply", "m.yaml", "--auto-approve"] })
        {
            var result = await RunAsync(command);
            Assert.That(result.Code, Is.EqualTo(1), result.Error);
            Assert.That(result.Error, Does.Contain("error[MP5006]").And.Contain($"{file}` can't be read"));
        }

        Assert.That(parts.Acts, Has.Count.EqualTo(acts));
    }

    [Test]
    public async Task State_list_and_show_print_what_is_recorded()
    {
        await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That((await RunAsync("state", "list", "m.yaml")).Out, Does.Contain("t/a:verify").And.Contain("created by t/a:create-database"));
        var shown = (await RunAsync("state", "show", "m.yaml")).Out;
        Assert.That(shown, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(directory, ".migplan", "demo", "state.json"))));
    }

    private async Task<(int Code, string Out, string Error)> StopAfterAStepAsync()
    {
        parts.Act = _ => stopping.Cancel();
        var result = await RunAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(result.Code, Is.EqualTo(4));
        stopping.Dispose();
        stopping = new CancellationTokenSource();
        return result;
    }

    /// <summary>How many steps were at work at once; each waits so long for a second one to come.</summary>
    private async Task<int> ResumeAsync(TimeSpan patience)
    {
        var (atWork, most) = (0, 0);
        parts.Act = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atWork));
            SpinWait.SpinUntil(() => Volatile.Read(ref most) > 1, patience);
            Interlocked.Decrement(ref atWork);
        };
        Assert.That((await RunAsync("apply", "m.yaml", "--auto-approve")).Code, Is.Zero);
        return most;
    }

    private static void Fail(Step step, string id, FailureClass failureClass)
    {
        if (step.Id == id)
        {
            throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), failureClass);
        }
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => AnswerAsync(input: null, arguments);

    private Task<(int Code, string Out, string Error)> AnswerAsync(string? input, params string[] arguments) =>
        RunAsync(new StringReader(input ?? ""), input is not null, arguments);

    private Task<(int Code, string Out, string Error)> AskAsync(TextReader console, params string[] arguments) =>
        RunAsync(console, isInteractive: true, arguments);

    private async Task<(int Code, string Out, string Error)> RunAsync(TextReader input, bool isInteractive, string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = new CommandHost
        {
            In = input,
            Out = output,
            Error = error,
            IsInteractive = isInteractive,
            WorkingDirectory = directory,
            Stopping = stopping.Token,
            Compose = (_, _) => parts,
        };
        return (await Program.RunAsync(arguments, host), output.ToString(), error.ToString());
    }

    private async Task SavePlanAsync(Func<MigrationPlan, MigrationPlan> change, string file = "plan.json")
    {
        var manifest = await ManifestAsync();
        var plan = change(Planner.Plan(manifest, await parts.InspectAsync(manifest, CancellationToken.None)).Plan!);
        await File.WriteAllTextAsync(Path.Combine(directory, file), PlanDocument.Write(plan with { Digest = PlanDigest.Compute(plan) }));
    }

    private async Task<MigrationPlans.Manifest.MigrationManifest> ManifestAsync()
    {
        var loader = new MigrationPlans.Validation.ManifestLoader(_ => null);
        return (await loader.LoadAsync(MigrationPlans.Validation.ManifestFile.From("m.yaml", directory), [], CancellationToken.None)).Manifest!;
    }

    private void Write(string verify, params string[] databases) => File.WriteAllText(Path.Combine(directory, "m.yaml"), $$"""
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: demo }
        defaults: { database: { verify: {{verify}} } }
        sources:
          s: { postgres: { host: old.internal }, credentials: { username: u } }
        targets:
          t: { postgres: { host: new.internal }, credentials: { username: u } }
        databases:
        {{string.Join('\n', databases.Select(name => $"  - {{ from: s/{name}, to: t/{name} }}"))}}
        """);

    /// <summary>A console at which nobody types: it waits for a line, as the real one does, whatever it is told.</summary>
    private sealed class SilentConsole : TextReader
    {
        private readonly ManualResetEventSlim closed = new();

        public override string? ReadLine()
        {
            closed.Wait();
            return null;
        }

        public override Task<string?> ReadLineAsync() => Task.FromResult(ReadLine());

        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ReadLine());

        protected override void Dispose(bool disposing)
        {
            closed.Set();
            base.Dispose(disposing);
        }
    }
}
