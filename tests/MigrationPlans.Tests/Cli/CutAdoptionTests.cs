using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using MigrationPlans.Tests.State;
using MigrationPlans.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary>Runs that end while the plan of a manifest that has grown takes the place of a finished one.</summary>
public sealed class CutAdoptionTests
{
    private const string A = "{ from: s/a, to: t/a }";
    private const string B = "{ from: s/b, to: t/b }";
    private const string C = "{ from: s/c, to: t/c }";
    private static readonly string[] Recorded = [StateStore.JournalName, StateStore.SnapshotName];

    private ApplyStage stage = null!;

    [SetUp]
    public async Task FinishTheFirstWaveAsync()
    {
        stage = new ApplyStage("a");
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.Zero, error);
        stage.Parts.Acts.Clear();
    }

    [TearDown]
    public void CleanUp() => stage.Dispose();

    [Test]
    public async Task The_next_apply_goes_on_as_if_nothing_had_happened()
    {
        stage.Map(A, B);
        await DieBeforeAdoptionAsync();
        stage.Map(A, C);
        await DieBeforeAdoptionAsync();

        stage.Map(A, B, C);
        var (code, output, error) = await stage.ApplyAsync();
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("finished, 3 databases"));
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:verify").And.Contain("t/c:verify").And.None.StartsWith("t/a:"));
    }

    [Test]
    public async Task The_manifest_can_be_put_back()
    {
        stage.Map(A, B);
        await DieBeforeAdoptionAsync();
        stage.Map(A);
        Assert.That((await stage.ApplyAsync()).Out, Does.Contain("nothing to do"));
        stage.Map(A, "{ from: s/a, to: t/other }");
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/other:verify").And.None.StartsWith("t/a:"));
    }

    [TestCase(null, "it is missing")]
    [TestCase("", "it is empty")]
    [TestCase("{ \"formatVersion\":", "it is damaged, or was changed")]
    public async Task A_plan_that_is_gone_or_damaged_is_told_by_its_own_name(string? text, string reason)
    {
        Assert.That(File.Exists(FileOf(StateStore.PlanBeforeName)), Is.False, "there was no plan before");
        File.Delete(FileOf(StateStore.PlanName));
        if (text is not null)
        {
            await File.WriteAllTextAsync(FileOf(StateStore.PlanName), text);
        }

        // What an older version wrote.
        await File.WriteAllTextAsync(FileOf(StateStore.PlanBeforeName), "");
        stage.Map(A, B);
        Assert.That(
            (await stage.ApplyAsync()).Error,
            Does.Contain($"{StateStore.PlanName}` does not fit the state: {reason}").And.Contain("is finished and stays").And.Not.Contain("migplan rollback"));
    }

    [Test]
    public async Task A_plan_that_is_gone_can_be_rolled_back_as_long_as_it_is_unfinished()
    {
        stage.Map(A, B);
        stage.Parts.Act = step => throw new InvalidOperationException($"killed in {step}");
        Assert.That((await stage.ApplyAsync()).Code, Is.Not.Zero);
        File.Delete(FileOf(StateStore.PlanName));
        File.Delete(FileOf(StateStore.PlanBeforeName));
        Assert.That((await stage.ApplyAsync()).Error, Does.Contain("MP5010").And.Contain("it is missing").And.Contain("migplan rollback"));
    }

    [Test]
    public async Task A_plan_that_fits_in_neither_place_is_refused()
    {
        stage.Map(A, B);
        await DieBeforeAdoptionAsync();
        File.Delete(FileOf(StateStore.PlanBeforeName));
        var other = await stage.ApplyAsync();
        Assert.That(other.Error, Does.Contain("MP5010").And.Contain("it is another plan"));
        File.Copy(FileOf(StateStore.PlanName), FileOf(StateStore.PlanBeforeName));
        Assert.That((await stage.ApplyAsync()).Error, Does.Contain("MP5010").And.Contain("it is another plan"));
        File.Delete(FileOf(StateStore.PlanName));
        var missing = await stage.ApplyAsync();
        Assert.That(missing.Code, Is.EqualTo(1));
        Assert.That(missing.Error, Does.Contain("MP5010").And.Contain("it is missing"));
    }

    [Test]
    public async Task Wherever_the_power_goes_the_next_run_knows_what_is_done()
    {
        var finished = await ReadStateAsync();
        stage.Map(A, B);
        var manifest = await LoadAsync();
        var betweenBoth = 0;
        for (var bytes = 0; ; bytes += 100)
        {
            var files = finished.Copy();
            files.BytesLeft = bytes;
            var isWhole = await TryAdoptAsync(files, manifest);
            files.BytesLeft = null;
            betweenBoth += await IsBetweenAsync(files, finished) ? 1 : 0;

            Assert.That(await TryAdoptAsync(files, manifest), Is.True);
            var state = (await StateStore.PeekAsync(files, CancellationToken.None))!;
            Assert.That(state.ManifestDigest, Is.EqualTo(manifest.Manifest!.Digest));
            Assert.That(state.Steps.Where(step => step.IsKept == true).Select(step => step.Id), Does.Contain("t/a:verify"), $"cut after {bytes} bytes");
            Assert.That(state.Find("t/b:verify")!.Status, Is.EqualTo(StepStatus.Pending));
            if (isWhole)
            {
                break;
            }
        }

        Assert.That(betweenBoth, Is.Positive, "a test of the test");
    }

    /// <summary>A kill leaves what it had written: the new plan, and no word of it in the journal.</summary>
    private async Task DieBeforeAdoptionAsync()
    {
        var kept = await Task.WhenAll(Recorded.Select(name => File.ReadAllBytesAsync(FileOf(name))));
        stage.Parts.Act = _ => throw new InvalidOperationException("killed");
        Assert.That((await stage.ApplyAsync()).Code, Is.Not.Zero);
        stage.Parts.Act = _ => { };
        stage.Parts.Acts.Clear();
        foreach (var (name, content) in Recorded.Zip(kept))
        {
            await File.WriteAllBytesAsync(FileOf(name), content);
        }
    }

    /// <summary>As <c>apply</c> does up to its first step.</summary>
    /// <returns>False: the power went.</returns>
    private async Task<bool> TryAdoptAsync(MemoryStateFiles files, ManifestLoadResult loaded)
    {
        var backend = new Backend(files, new LocalLockFile(stage.PathOf("lock"), TimeProvider.System));
        await using var session = await RunSession.OpenAsync(
            loaded.Manifest!, loaded.SourceMap, stage.Parts, backend, TimeProvider.System, CancellationToken.None);
        if (session.State!.Status == RunStatus.Unfinished)
        {
            return await session.ReadStoredPlanAsync(CancellationToken.None) is not null;
        }

        var (plan, findings) = await session.PlanAsync(new HashSet<string>(), CancellationToken.None);
        Assert.That(plan, Is.Not.Null, string.Join('\n', findings));
        try
        {
            await session.AdoptAsync(plan!);
            return true;
        }
        catch (DiagnosticException exception) when (exception.Diagnostic.Code == "MP5005")
        {
            return false;
        }
    }

    /// <summary>The plan is another one, and the state the same.</summary>
    private static async Task<bool> IsBetweenAsync(MemoryStateFiles files, MemoryStateFiles before)
    {
        var state = await StateStore.PeekAsync(files, CancellationToken.None);
        var then = await StateStore.PeekAsync(before, CancellationToken.None);
        return state!.Serial == then!.Serial && !files[StateStore.PlanName].AsSpan().SequenceEqual(before[StateStore.PlanName]);
    }

    private async Task<MemoryStateFiles> ReadStateAsync()
    {
        var files = new MemoryStateFiles();
        foreach (var name in (string[])[StateStore.PlanName, .. Recorded])
        {
            files[name] = await File.ReadAllBytesAsync(FileOf(name));
        }

        return files;
    }

    private Task<ManifestLoadResult> LoadAsync() =>
        new ManifestLoader(_ => null).LoadAsync(ManifestFile.From("m.yaml", stage.PathOf("")), [], CancellationToken.None);

    private string FileOf(string name) => stage.PathOf(Path.Combine(".migplan", "demo", name));

    private sealed record Backend(IStateFiles Files, ILockFile Lock) : IStateBackend
    {
        public void Dispose()
        {
            // Holds nothing open.
        }
    }
}
