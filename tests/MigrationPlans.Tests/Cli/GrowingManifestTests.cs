using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary>Manifests that are changed after they were carried out.</summary>
public sealed class GrowingManifestTests
{
    private const string A = "{ from: s/a, to: t/a, onExisting: replace }";
    private const string B = "{ from: s/b, to: t/b }";
    private const string C = "{ from: s/c, to: t/c }";

    private ApplyStage stage = null!;

    [SetUp]
    public async Task FinishTheFirstWaveAsync()
    {
        stage = new ApplyStage();
        stage.Map(A, B);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.Zero, error);
        stage.Parts.Acts.Clear();
    }

    [TearDown]
    public void CleanUp() => stage.Dispose();

    [Test]
    public async Task Only_what_is_new_is_done_and_the_rest_is_shown_as_done()
    {
        stage.Map(A, C, B);
        stage.Parts.Looks.Clear();
        var (code, output, error) = await stage.ApplyAsync();

        Assert.That(code, Is.Zero, error);
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/c:"));
        Assert.That(stage.Parts.Looks, Does.Not.Contain("s/a").And.Not.Contain("s/b").And.Contain("s/c"), "sources of what is done may be gone");
        Assert.That(output, Does.Match(@"s/a → t/a +\d+ of \d+ steps done already").And.Contain("finished, 3 databases"));
        Assert.That(error, Does.Not.Contain("going on where the last run stopped"));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("finished, 3 databases").And.Not.Contain("changed since"));
        Assert.That((await stage.ApplyAsync()).Out, Does.Contain("nothing to do, all 3 databases done already"));
    }

    [Test]
    public async Task The_rest_can_be_named_stopped_and_gone_on_with()
    {
        stage.Map(A, B, C, "{ from: s/d, to: t/d }");
        stage.Parts.Act = step => Fail(step, "t/c:copy-data");
        Assert.That((await stage.RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/c")).Code, Is.EqualTo(1));
        stage.Parts.Act = _ => { };
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.None.StartsWith("t/a:").And.None.StartsWith("t/b:"));
    }

    [TestCase("{ from: s/a, to: t/a, onExisting: replace, parallelism: 8, verify: checksums }", B)]
    [TestCase("{ from: s/a, to: t/a, fence: read-only, archive: { keep: true } }", "{ from: s/b, to: t/b, onExisting: replace }")]
    [TestCase(A)]
    public async Task Where_nothing_is_left_nobody_is_asked(params string[] mappings)
    {
        stage.Map(mappings);
        var (code, output, error) = await stage.RunAsync("apply", "m.yaml");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("nothing to do, all").And.Contain("done already"));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("finished").And.Not.Contain("changed since"));
    }

    [Test]
    public async Task Another_login_is_no_change()
    {
        stage.Write($$"""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: other, password: { env: NEW } }, tls: { mode: require } }
            targets:
              t: { postgres: { host: new.internal }, credentials: { username: u }, connect: { host: localhost, port: 1 } }
            databases: [{{A}}, {{B}}]
            """);
        Assert.That((await stage.ApplyAsync()).Out, Does.Contain("nothing to do"));
    }

    [TestCase("{ from: s/a, to: t/a, onExisting: replace, publications: copy }")]
    [TestCase("{ from: s/other, to: t/a, onExisting: replace }")]
    [TestCase("{ from: s/a, to: t/a, statistics: none }")]
    public async Task What_was_changed_after_it_was_finished_is_neither_dropped_nor_done_again(string changed)
    {
        stage.Map(changed, B, C);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(
            error,
            Does.Contain("MP4019")
                .And.Contain("`t/a`")
                .And.Contain("drop the database yourself")
                .And.Contain("if `defaults` changed")
                .And.Not.Contain("`t/b`"));
        Assert.That(stage.Parts.Acts, Is.Empty);

        stage.Parts.Forget("t/a");
        var anew = await stage.ApplyAsync();
        Assert.That(anew.Code, Is.Zero, anew.Error);
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.Contain("t/c:verify").And.None.StartsWith("t/b:"));
    }

    /// <summary>What is named is no reason to forget what is not.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task What_was_changed_after_it_was_finished_counts_as_done_once_it_is_put_back(bool isOtherThere)
    {
        const string Changed = "{ from: s/other, to: t/a, onExisting: replace }";
        stage.Map(isOtherThere ? [Changed, B, C] : [Changed, C]);
        var named = await stage.RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/c");
        Assert.That(named.Code, Is.Zero, named.Error);
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/c:"));
        string[][] whole = [["plan", "m.yaml"], ["apply", "m.yaml", "--auto-approve"], ["apply", "m.yaml", "--auto-approve", "--target", "t/a"]];
        foreach (var command in whole)
        {
            Assert.That((await stage.RunAsync(command)).Error, Does.Contain("MP4019").And.Contain("`t/a`"), string.Join(' ', command));
        }

        var again = await stage.RunAsync("apply", "m.yaml", "--target", "t/c");
        Assert.That(again.Out, Does.Contain("nothing to do, all 1 database done already"), again.Error);

        stage.Map(isOtherThere ? [A, B, C] : [A, C]);
        var (code, output, error) = await stage.RunAsync("apply", "m.yaml");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain($"nothing to do, all {(isOtherThere ? 3 : 2)} databases done already"));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("finished").And.Not.Contain("alone").And.Not.Contain("changed since"));
    }

    [Test]
    public async Task A_target_that_is_another_endpoint_of_the_same_server_is_not_dropped_either()
    {
        stage.Write("""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              renamed: { postgres: { host: new.internal }, credentials: { username: u } }
            databases: [{ from: s/a, to: renamed/a, onExisting: replace }]
            """);
        stage.Parts.Effects["renamed/a:create-database"] = stage.Parts.Effects["renamed/a:verify"] = true;
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("MP4019"));
    }

    [Test]
    public async Task A_finished_database_is_not_dropped_by_another_name_and_address_of_its_server()
    {
        stage.Write($$"""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              t: { postgres: { host: new.internal }, credentials: { username: u } }
              alias: { postgres: { host: other.internal }, credentials: { username: u } }
            databases: [{{A}}, {{B}}, { from: s/y, to: alias/a, onExisting: replace }]
            """);
        stage.Parts.Effects["alias/a:create-database"] = stage.Parts.Effects["alias/a:verify"] = true;
        stage.Parts.SystemIdentifier = endpoint => endpoint.Role == EndpointRole.Source ? "old.internal" : "new.internal";
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(
            error,
            Does.Contain("MP4019").And.Contain("`alias/a` is the database that was finished before as `t/a`").And.Contain("call it `t/a` again"));
        Assert.That(stage.Parts.Acts, Is.Empty);

        stage.Parts.SystemIdentifier = endpoint => endpoint.Postgres!.Host;
        var other = await stage.ApplyAsync();
        Assert.That(other.Code, Is.Zero, other.Error);
        Assert.That(stage.Parts.Acts, Does.Contain("alias/a:copy-data"));
    }

    /// <summary>Only a server that is known to be another one, at another place, is none that the first wave filled.</summary>
    [TestCase("other.internal", "other.internal", 0)]
    [TestCase("other.internal", "new.internal", 1)]
    [TestCase("other.internal", null, 1)]
    [TestCase("new.internal", "upgraded", 1)]
    public async Task A_database_of_the_same_name_is_refused_where_it_may_be_the_finished_one(string host, string? systemIdentifier, int expected)
    {
        stage.Write($$"""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              t: { postgres: { host: {{host}} }, credentials: { username: u } }
            databases: [{ from: s/a, to: t/a, onExisting: replace, publications: copy }]
            """);
        stage.Parts.SystemIdentifier = endpoint => endpoint.Role == EndpointRole.Source ? "old.internal" : systemIdentifier;
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(expected), error);
        Assert.That(error.Contains("MP4019", StringComparison.Ordinal), Is.EqualTo(expected == 1));
    }

    [Test]
    public async Task A_mapping_that_left_the_manifest_and_comes_back_counts_as_changed()
    {
        stage.Map(C);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Map(A, C);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("MP4019").And.Contain("`t/a`"));
    }

    [Test]
    public async Task A_finished_target_that_has_gone_is_drift_and_can_be_had_anew()
    {
        stage.Parts.Forget("t/b");
        await IsDriftAsync("plan", "m.yaml", "--detailed-exitcode");
        await IsDriftAsync("apply", "m.yaml", "--auto-approve");
        stage.Map(A, B, C);
        await IsDriftAsync("plan", "m.yaml");
        await IsDriftAsync("apply", "m.yaml", "--auto-approve");
        Assert.That(stage.Parts.Acts, Is.Empty);

        stage.Map(A, C);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Map(A, B, C);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Effects.Keys, Does.Contain("t/b:verify"));
    }

    [Test]
    public async Task A_plan_of_an_older_version_is_read_and_applied_as_before()
    {
        var file = stage.PathOf(Path.Combine(".migplan", "demo", "plan.json"));
        var plan = PlanDocument.Parse(await File.ReadAllTextAsync(file), file);
        var older = plan with { Databases = [.. plan.Databases.Select(database => database with { Digest = null })] };
        Assert.That(PlanDocument.Write(older), Does.Not.Contain("\"digest\": null"));
        older = older with { Digest = PlanDigest.Compute(older) };
        Assert.That(PlanDocument.Parse(PlanDocument.Write(older), file).Digest, Is.EqualTo(older.Digest), "it is still read");
        Assert.That(PlanComparison.Compare(older, plan), Is.Empty, "a saved one is still applied");
    }

    private async Task IsDriftAsync(params string[] command)
    {
        var (code, _, error) = await stage.RunAsync(command);
        Assert.That(code, Is.EqualTo(6), error);
        Assert.That(error, Does.Contain("MP6008").And.Contain("t/b").And.Contain("take it out of the manifest"));
    }

    private static void Fail(Step step, string id)
    {
        if (step.Id == id)
        {
            throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), FailureClass.Permanent);
        }
    }
}
