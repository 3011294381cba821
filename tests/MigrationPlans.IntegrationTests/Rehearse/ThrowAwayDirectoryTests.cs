using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Rehearse;

public sealed class ThrowAwayDirectoryTests
{
    [Test]
    public async Task A_directory_goes_with_its_owner()
    {
        var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        Assert.That(Directory.Exists(directory.FullPath));
        await directory.DisposeAsync();
        Assert.That(Directory.Exists(directory.FullPath), Is.False);
    }

    [Test]
    public async Task A_running_owners_directory_is_no_leftover()
    {
        await using var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        Assert.That(await ThrowAwayDirectory.FindLeftoversAsync(CancellationToken.None), Does.Not.Contain(directory.FullPath));
    }

    [Test]
    public async Task A_dead_owners_directory_goes_with_the_server_in_it()
    {
        var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        var cluster = await LocalCluster.StartAsync(directory.FullPath, [], CancellationToken.None);
        var server = int.Parse(File.ReadLines(Path.Combine(cluster.DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        await ChangeOwnerAsync(directory, DeadProcess(), isKept: false);

        Assert.That(await ThrowAwayDirectory.FindLeftoversAsync(CancellationToken.None), Does.Contain(directory.FullPath));
        await ThrowAwayDirectory.RemoveAsync(directory.FullPath);

        Assert.That(Directory.Exists(directory.FullPath), Is.False);
        Assert.That(() => Process.GetProcessById(server), Throws.ArgumentException);
    }

    [Test]
    public async Task A_number_that_another_process_has_now_does_not_protect_a_leftover()
    {
        var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        await ChangeOwnerAsync(directory, ProcessIdentity.OfThisProcess() with { Started = "1" }, isKept: false);
        Assert.That(await ThrowAwayDirectory.FindLeftoversAsync(CancellationToken.None), Does.Contain(directory.FullPath));
        await ThrowAwayDirectory.RemoveAsync(directory.FullPath);
    }

    [Test]
    public async Task A_kept_directory_outlives_its_owner()
    {
        var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        try
        {
            await directory.KeepAsync(CancellationToken.None);
            await directory.DisposeAsync();
            await ChangeOwnerAsync(directory, DeadProcess(), isKept: true);
            Assert.That(Directory.Exists(directory.FullPath));
            Assert.That(await ThrowAwayDirectory.FindLeftoversAsync(CancellationToken.None), Does.Not.Contain(directory.FullPath));
        }
        finally
        {
            Directory.Delete(directory.FullPath, recursive: true);
        }
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    public async Task A_directory_whose_note_is_not_ours_is_left_alone(string note)
    {
        await using var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(directory.FullPath, "owner.json"), note);
        Assert.That(await ThrowAwayDirectory.FindLeftoversAsync(CancellationToken.None), Does.Not.Contain(directory.FullPath));
    }

    private static ProcessIdentity DeadProcess()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        return ProcessIdentity.OfThisProcess() with { Pid = process.Id };
    }

    private static Task ChangeOwnerAsync(ThrowAwayDirectory directory, ProcessIdentity process, bool isKept) =>
        File.WriteAllTextAsync(Path.Combine(directory.FullPath, "owner.json"), JsonSerializer.Serialize(new { Process = process, IsKept = isKept }));
}
