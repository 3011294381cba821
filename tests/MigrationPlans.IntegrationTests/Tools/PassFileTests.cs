using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Tools;

/// <summary>How a password gets to pg_dump, and what else of ours does not.</summary>
public sealed class PassFileTests
{
    [Test]
    public async Task A_child_reads_the_password_through_our_process_and_nobody_else_may()
    {
        using var file = PassFile.Create(new Secret(@"a:b\c"))!;
        Assert.That((await RunAsync("cat", file.Path)).Output, Is.EqualTo(@"*:*:*:*:a\:b\\c" + "\n"));
        Assert.That((await RunAsync("stat", "-L", "-c", "%a %F %h", file.Path)).Output, Is.EqualTo("600 regular file 0\n"));
    }

    [Test]
    public async Task It_has_no_name_and_is_gone_with_its_owner()
    {
        var file = PassFile.Create(new Secret("x"))!;
        Assert.That((await RunAsync("readlink", file.Path)).Output, Does.Contain("(deleted)"));
        var path = file.Path;
        file.Dispose();
        Assert.That((await RunAsync("cat", path)).Output, Does.Not.Contain("*:*"));
    }

    [Test]
    public void A_password_that_the_format_can_not_hold_has_no_file() => Assert.That(PassFile.Create(new Secret("two\nlines")), Is.Null);

    [Test]
    public async Task Programs_see_nothing_of_our_environment_that_is_none_of_their_business()
    {
        Environment.SetEnvironmentVariable("MIGPLAN_TEST_HIDDEN", "h1dden");
        try
        {
            var seen = (await ToolProcess.RunAsync(new ToolCommand("env", []), CancellationToken.None)).Output;
            Assert.That(seen, Does.Contain("PATH=").And.Not.Contain("h1dden"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MIGPLAN_TEST_HIDDEN", null);
        }
    }

    [Test]
    public async Task Programs_print_without_colours_whatever_the_caller_likes()
    {
        Environment.SetEnvironmentVariable("PG_COLOR", "always");
        try
        {
            var psql = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0].Program("psql");
            var said = (await RunAsync(psql, "-X", "-h", "/nowhere", "-c", "SELECT 1")).Error;
            Assert.That(said, Does.Contain("error: ").And.Not.Contain("\u001b"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PG_COLOR", null);
        }
    }

    private static Task<ToolResult> RunAsync(string program, params ImmutableArray<string> arguments) =>
        ToolProcess.RunAsync(new ToolCommand(program, arguments), CancellationToken.None);
}
