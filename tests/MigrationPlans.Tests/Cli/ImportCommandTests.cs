using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

internal sealed class ImportCommandTests
{
    private const string Mapping = """
        # the old monolith

        postgresql://alice:s3cr%40t@old.internal/shop?sslmode=require@@postgres://app:new@@pw@new-1.internal:5433/shop
        postgresql://alice:s3cr%40t@old.internal:5432/hr%2Fdata@@postgres://app:new%40%40pw@new-1.internal:5433/hr   # a note
          postgresql://bob@old.internal:5432/blog?connect_timeout=3@@postgres://app:x@[::1]/2024
        """;

    private TemporaryDirectory directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [Test]
    public async Task A_hyphen_is_standard_output()
    {
        var run = await Import(Mapping, "-o", "-");
        Assert.That(run.Out, Does.StartWith("# Imported from"));
        Assert.That(File.Exists(Path.Combine(directory.Path, "-")), Is.False);
    }

    [Test]
    public async Task Lines_become_a_manifest_that_is_valid_and_holds_no_password()
    {
        var run = await Import(Mapping, "-o", "manifest.yaml");
        var yaml = await File.ReadAllTextAsync(Path.Combine(directory.Path, "manifest.yaml"));
        var validation = await CommandRun.Of(directory.Path, "validate", "manifest.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(validation.ExitCode, Is.Zero);
            Assert.That(yaml, Is.EqualTo("""
                # Imported from db_mapping.txt. Passwords stay where they are: each is read from the environment variable that its endpoint names.
                apiVersion: migrationplans.dev/v1
                kind: MigrationPlan
                metadata:
                  name: manifest
                sources:
                  old-alice:
                    postgres: { host: old.internal, port: 5432 }
                    credentials: { username: alice, password: { env: SOURCE_OLD_ALICE_PASSWORD } }
                    tls: { mode: require }
                  old-bob:
                    postgres: { host: old.internal, port: 5432 }
                    credentials: { username: bob }
                targets:
                  new-1:
                    postgres: { host: new-1.internal, port: 5433 }
                    credentials: { username: app, password: { env: TARGET_NEW_1_PASSWORD } }
                  server-1:
                    postgres: { host: "::1", port: 5432 }
                    credentials: { username: app, password: { env: TARGET_SERVER_1_PASSWORD } }
                databases:
                  - { from: old-alice/shop, to: new-1/shop }
                  - { from: { endpoint: old-alice, database: hr/data }, to: new-1/hr }
                  - { from: old-bob/blog, to: server-1/2024 }

                """));
            Assert.That(run.Error, Does.Contain("SOURCE_OLD_ALICE_PASSWORD   password of alice@old.internal:5432").And.Contain("MP9004"));
            Assert.That(run.Error, Does.Not.Contain("s3cr").And.Not.Contain("new@@pw"));
        });
    }

    [TestCase("user:hunter2@host/db")]
    [TestCase("user:hunter2@host/db@@other:hunter2@host/db")]
    [TestCase("postgres://u:hunter2@h/@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hun/ter2@h/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2?x@h/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2#x@h/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h:port/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h:99999/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h,h2/a@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@/a?host=h,h2@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h/a#1@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h/a?sslrootcert=system&sslmode=require@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h/a?sslmode=hunter2@@postgres://u:hunter2@h/d")]
    [TestCase("postgres://u:hunter2@h/a@@postgres://u:hunter2@h/a")]
    [TestCase("postgres://u:hunter2@h/a@@postgres://u:hunter2@h/b@@postgres://u:hunter2@h/c")]
    [TestCase("mysql://u:hunter2@h/a@@postgres://u:hunter2@h/b")]
    [TestCase("postgres://:hunter2@h/a@@postgres://u:hunter2@h/b")]
    [TestCase("postgres://u:hunter2@h/a@@postgres://u:hunter2@h/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [TestCase("# nothing")]
    public async Task A_line_that_makes_no_sense_is_a_finding_that_does_not_repeat_it(string line)
    {
        var run = await Import(line + "\n", "-o", "manifest.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Error, Does.Match(@"error\[MP\d{4}\]"));
            Assert.That(run.Error + run.Out, Does.Not.Contain("hunter2").And.Not.Contain("ter2"));
            Assert.That(File.Exists(Path.Combine(directory.Path, "manifest.yaml")), Is.False);
        });
    }

    [TestCase("# nothing", "error[MP9003]: the file holds no mapping")]
    [TestCase("postgres://u@h/a", "error[MP9002]: line 1 can't be understood: it is not `old_url@@new_url`")]
    [TestCase("postgres://u@h/a@@postgres://v@H:5432/a", "error[MP9008]: both URLs of this line name the same database")]
    public async Task What_no_manifest_can_be_made_of_is_told_with_its_line(string line, string finding)
    {
        var run = await Import($"{line}\n");
        Assert.That(run.ExitCode, Is.EqualTo(3), run.Error);
        Assert.That(run.Error, Does.Contain(finding).And.Contain("db_mapping.txt:1:1"));
    }

    [TestCase("u:one@h/a", "u:two@h/b", "warning[MP9005]: this line has another password for u of h than line 1", "password: { env: SOURCE_H_PASSWORD }")]
    [TestCase(
        "u@h/a?sslmode=require",
        "u@h/b?sslmode=verify-full",
        "warning[MP9011]: another line asks for `sslmode=verify-full` of the same server",
        "tls: { mode: verify-full }")]
    public async Task What_lines_of_one_login_do_not_agree_on_is_a_warning(string first, string second, string warning, string result)
    {
        var run = await Import($"postgres://{first}@@postgres://v@g/a\npostgres://{second}@@postgres://v@g/b\n");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Does.Contain(warning).And.Not.Contain("one@").And.Not.Contain("two@"));
        Assert.That(run.Out, Does.Contain(result));
    }

    [TestCase("postgres://u:hunter2#x@h/a@@postgres://u@h/d", "in the old URL, `#` must be URL-encoded (%23)")]
    [TestCase("postgres://u@h/a@@postgres://u@h/app#1", "in the new URL, `#` must be URL-encoded (%23)")]
    [TestCase("postgres://u@h/a?host=x,y@@postgres://u@h/d", "it names several hosts; choose one")]
    [TestCase("postgres://u@h/a?sslmode=verify-ca&sslrootcert=system@@postgres://u@h/d", "its sslmode is too weak for sslrootcert=system (use verify-full)")]
    public async Task What_would_be_another_database_or_a_weaker_check_is_refused(string line, string reason) =>
        Assert.That((await Import(line + "\n")).Error, Does.Contain(reason));

    [Test]
    public async Task The_systems_certificates_imply_a_full_check()
    {
        var run = await Import("postgres://u@h/a?sslrootcert=system@@postgres://u@g/a%231?sslrootcert=system&sslmode=verify-full\n");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Out.Split("    tls: { mode: verify-full }\n"), Has.Length.EqualTo(3));
            Assert.That(run.Out, Does.Contain("to: \"g/a#1\""));
        });
    }

    [TestCase("sslrootcert=a.pem", "sslrootcert=b.pem", 1)]
    [TestCase("sslrootcert=system", "sslrootcert=b.pem&sslmode=verify-full", 1)]
    [TestCase("sslmode=verify-full&sslrootcert=a.pem", "sslmode=verify-full&sslrootcert=a.pem", 0)]
    [TestCase("sslrootcert=a.pem", "connect_timeout=1", 0)]
    public async Task Lines_of_one_login_that_trust_different_certificates_are_a_warning(string first, string second, int warnings)
    {
        var run = await Import($"postgres://u@h/a?{first}@@postgres://u@g/a\npostgres://u@h/b?{second}@@postgres://u@g/b\n");
        Assert.That((run.ExitCode, run.Error.Split("warning[MP9012]").Length - 1), Is.EqualTo((0, warnings)));
    }

    [Test]
    public async Task Long_names_of_hosts_and_users_become_names_that_an_endpoint_can_have()
    {
        var host = new string('h', 60);
        var user = new string('u', 60);
        var lines = new[] { "", ":5433", ":5434" }.SelectMany(port => new[] { "1", "2" }
            .Select(end => $"postgres://{user}{end}@{host}{port}/a{end}@@postgres://u@t/db{port.Replace(":", "", StringComparison.Ordinal)}{end}"));
        var run = await Import(string.Join('\n', lines) + "\n", "-o", "manifest.yaml");
        var validation = await CommandRun.Of(directory.Path, "validate", "manifest.yaml");
        Assert.That((run.ExitCode, validation), Is.EqualTo((0, new CommandRun(0, "manifest.yaml: valid\n", ""))), run.Error);
    }

    [Test]
    public async Task An_existing_file_is_overwritten_only_with_force()
    {
        var path = Path.Combine(directory.Path, "manifest.yaml");
        await File.WriteAllTextAsync(path, "mine");
        var refused = await Import(Mapping, "-o", "manifest.yaml");
        var kept = await File.ReadAllTextAsync(path);
        var forced = await Import(Mapping, "-o", "manifest.yaml", "--force");
        Assert.Multiple(() =>
        {
            Assert.That((refused.ExitCode, kept, forced.ExitCode), Is.EqualTo((1, "mine", 0)));
            Assert.That(refused.Error, Does.Contain("error[MP9009]"));
        });
    }

    /// <summary>Their passwords are nowhere else.</summary>
    [TestCase("db_mapping.txt")]
    [TestCase("./sub/../db_mapping.txt")]
    [TestCase("link.txt")]
    [TestCase("sub/up/db_mapping.txt")]
    public async Task The_lines_themselves_are_not_overwritten_even_if_asked_to(string output)
    {
        Directory.CreateDirectory(Path.Combine(directory.Path, "sub"));
        File.CreateSymbolicLink(Path.Combine(directory.Path, "link.txt"), "db_mapping.txt");
        File.CreateSymbolicLink(Path.Combine(directory.Path, "sub", "up"), "..");
        var run = await Import(Mapping, "-o", output, "--force");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("error[MP9010]").And.Contain("the lines are read from it"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory.Path, "db_mapping.txt")), Is.EqualTo(Mapping));
    }

    [Test]
    public async Task Two_lines_onto_one_database_are_refused_and_a_repeated_line_is_left_out()
    {
        const string First = "postgres://u@a/x@@postgres://u@b/x\n";
        var taken = await Import(First + "postgres://u@a/y@@postgres://u@B/x\n");
        var repeated = await Import(First + First);
        Assert.Multiple(() =>
        {
            Assert.That((taken.ExitCode, taken.Error), Is.EqualTo((3, taken.Error)));
            Assert.That(taken.Error, Does.Contain("error[MP9006]: this line fills the same database as line 1"));
            Assert.That(repeated.ExitCode, Is.Zero);
            Assert.That(repeated.Error, Does.Contain("warning[MP9007]"));
            Assert.That(repeated.Out.Split("from:"), Has.Length.EqualTo(2));
        });
    }

    [Test]
    public async Task A_missing_file_ends_with_exit_3() =>
        Assert.That((await CommandRun.Of(directory.Path, "import", "nope.txt")).ExitCode, Is.EqualTo(3));

    private async Task<CommandRun> Import(string text, params string[] options)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "db_mapping.txt"), text);
        return await CommandRun.Of(directory.Path, ["import", "db_mapping.txt", .. options]);
    }
}
