using FsCheck;
using FsCheck.Fluent;
using MigrationPlans.Manifest.Yaml;
using MigrationPlans.Reporting;
using MigrationPlans.Tests.Cli;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

/// <summary>No output repeats a password that is written out in a manifest, however it is written, and however its key is.</summary>
internal sealed class SecretLeakTests
{
    private const string Marker = "hunter2x7";

    /// <summary>Ways to write a value; KEY and VALUE are replaced, and each line is indented as its place is.</summary>
    private static readonly string[] BlockStyles =
    [
        "KEY: VALUE", "KEY: \"VALUE\"", "KEY: 'VALUE'", "\"KEY\": VALUE", "KEY:VALUE", "KEY: *VALUE", "KEY: !VALUE x", "KEY: #VALUE", "KEY: VALUE # VALUE",
        "KEY:\n  VALUE", "KEY:\n\n  # soon\n  \"VALUE\"", "KEY:\n- VALUE", "KEY: [ VALUE ]", "KEY: { VALUE }", "KEY: { a: VALUE }", "KEY:\n  a:\n    VALUE",
        "KEY: \"first\n  VALUE\"", "KEY: first\n  VALUE", "KEY: |\n  env: VALUE", "KEY: >-\n  first\n\n  VALUE", "? KEY\n: VALUE", "KEY: \"VALUE",
    ];

    private static readonly string[] FlowStyles =
    [
        "{ host: a, KEY: VALUE }", "{ KEY: \"VALUE\", foo: 1 }", "{ host: a, KEY:VALUE }", "{ host: a, KEY: VALUE", "{ \"KEY\":\"VALUE\" }",
        "{ host: a, KEY:\n      \"VALUE\", foo: 1 }",
        "{ host: a, KEY:\n\"VALUE\", foo: 1 }",
        "{ host: a,\n  KEY: VALUE,\n  foo: 1 }",
        "{\n  KEY: [\n VALUE ],\n  foo: 1\n}",
        "{ host: a, KEY: \"first,\n VALUE\" }",
        "{ host: a, KEY: \"first\nVALUE\", foo: 1 }",
        "{ host: a, KEY: first\n  VALUE }",
        "{ host: a, KEY: 'first\n  VALUE' }",
    ];

    private static readonly string[] Holders = ["credentials", "postgres", "tls"];

    [Test]
    public void The_value_of_a_key_that_is_nearly_password_is_never_shown()
    {
        var edits = Gen.ListOf(Gen.Zip(Gen.Choose(0, 7), Gen.Zip(Gen.Choose(0, 2), Gen.Elements("abcdoprswxzPSW0159_-".ToCharArray()))), 2);
        var places = Gen.Zip(Gen.Elements(Holders), Gen.Elements((string[])[.. BlockStyles, .. FlowStyles]));
        Prop.ForAll(Arb.From(Gen.Zip(edits, places)), one =>
        {
            var (edited, (holder, style)) = one;
            Check(edited.Aggregate("password", (key, edit) => Edit(key, edit.Item1, edit.Item2.Item1, edit.Item2.Item2)), holder, style);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Test]
    public void The_value_of_a_key_that_is_called_like_a_secret_is_never_shown([Values(
        "password",
        "passwordd",
        "passwrd",
        "secret",
        "masterUserPassword",
        "masterPassword",
        "db_password",
        "authToken",
        "PGPASSWORD",
        "passwords",
        "secretArn")] string key)
    {
        foreach (var style in BlockStyles.Concat(FlowStyles))
        {
            foreach (var holder in Holders)
            {
                Check(key, holder, style);
            }
        }
    }

    [TestCase("credentials: hunter2x7")]
    [TestCase("credentials:\n      hunter2x7")]
    [TestCase("credentials: { secretArn: \"hunter2x7\" }")]
    [TestCase("credentials: { secretArn: hunter2x7, username: a }")]
    [TestCase("credentials: { managedSecret: hunter2x7 }")]
    [TestCase("credentials: { hunter2x7 }")]
    [TestCase("credentials: { username: migrator, hunter2x7: 1 }")]
    [TestCase("credentials: { username: migrator, usrname: hunter2x7 }")]
    [TestCase("credentials: { username: migrator, passwordhunter2x7 }")]
    [TestCase("credentials: { username: migrator, password:hunter2x7 }")]
    [TestCase("credentials: { username: migrator, password: { env: A }, Password: hunter2x7 }")]
    [TestCase("credentials: { username: migrator, password: { vault: hunter2x7 } }")]
    [TestCase("credentials:\n      username: migrator\n      foo: hunter2x7")]
    [TestCase("roles: { passwords: hunter2x7 }")]
    public void What_stands_where_passwords_do_is_never_shown(string endpoint)
    {
        CheckText(Manifest(endpoint));
        CheckText(Manifest("tls: {}").Replace("{ from: a/x, to: b/x }", $"{{ from: a/x, to: b/x, {endpoint.Split('\n')[0]} }}", StringComparison.Ordinal));
    }

    [Test]
    public async Task Neither_text_nor_json_of_validate_repeats_a_password()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "m.yaml"), Manifest("credentials: { username: u, password:\n      \"hunter2x7\", foo: 1 }"));
        foreach (var format in new[] { "text", "json", "sarif", "github" })
        {
            var run = await CommandRun.Of(directory.Path, "validate", "m.yaml", "--format", format);
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Out + run.Error, Does.Contain("MP2111").And.Not.Contain(Marker));
        }
    }

    [Test]
    public void What_says_where_a_password_is_kept_is_shown_and_so_is_what_follows_it()
    {
        var lines = SourceLines.Split(Manifests.Full + "\n" + """
            x-other:
              one: { credentials: { username: migrator, password: { file: a b.txt } }, tls: { mode: bogus } }
              two:
                credentials:
                  username: "migrator"
                  password:
                    secretArn: arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf
                tls: { mode: bogus }
              three: { credentials: { secretArn: "${env:ARN}" }, roles: { passwords: copy, create: bogus } }
              {
                "credentials": { "iam": { "username": "a" } },
                "tls": { "mode": "bogus" }
              }
            """);
        Assert.That(SecretMask.Apply(lines), Is.EqualTo(lines));
    }

    [Test]
    public void A_hidden_value_hides_its_own_lines_and_no_more()
    {
        var masked = SecretMask.Apply(SourceLines.Split("""
            sources:
              a:
                credentials:
                  username: u
                  passwrd: |
                    one
                    two
                  password: { env: A }
                postgres: { host: a, token: t, port: 1 }
              b: { credentials: { usrname: u, x: 1 }, tls: {} }
            targets: { c: { token: [
              x ],
              tls: {} } }
            """));
        Assert.That(string.Join('\n', masked), Is.EqualTo("""
            sources:
              a:
                credentials:
                  username: u
                  passwrd: ***
                    ***
                    ***
                  password: { env: A }
                postgres: { host: a, token: ***
              b: { credentials: { usrname: ***
            targets: { c: { token: ***
              ***
              ***
            """));
    }

    [Test]
    public void A_line_of_any_length_is_masked_soon()
    {
        foreach (var piece in new[] { "\"\\\"", "{,", "password: ", "? ", "'", "a: ", "- ", "credentials: {" })
        {
            var line = string.Concat(Enumerable.Repeat(piece, 100_000));
            Assert.That(() => SecretMask.Apply([line[..8000], "b: 1", line, "c: 1"]), Throws.Nothing);
        }
    }

    private static string Edit(string key, int at, int kind, char c) => kind switch
    {
        0 => key.Insert(Math.Min(at, key.Length), c.ToString()),
        1 => key.Remove(Math.Min(at, key.Length - 1), 1),
        _ => key.Remove(Math.Min(at, key.Length - 1), 1).Insert(Math.Min(at, key.Length - 1), c.ToString()),
    };

    private static void Check(string key, string holder, string style)
    {
        var value = style.Replace("KEY", key, StringComparison.Ordinal).Replace("VALUE", Marker, StringComparison.Ordinal);
        CheckText(Manifest(
            FlowStyles.Contains(style) ? $"{holder}: {value}" : $"{holder}:\n      {value.Replace("\n", "\n      ", StringComparison.Ordinal)}"));
        if (!FlowStyles.Contains(style))
        {
            CheckText(Manifest(value.Replace("\n", "\n    ", StringComparison.Ordinal)));
        }
    }

    private static void CheckText(string yaml)
    {
        var result = Manifests.Load(yaml);
        using var text = new StringWriter();
        new DiagnosticsText(result.Texts, color: false).Write(text, result.Diagnostics);
        Assert.That(result.HasErrors, Is.True, yaml);
        Assert.That(text.ToString() + DiagnosticsJson.Write(result.Diagnostics), Does.Not.Contain(Marker), yaml);
        Assert.That(string.Join('\n', SecretMask.Apply(SourceLines.Split(yaml))), Does.Not.Contain(Marker), yaml);
    }

    private static string Manifest(string endpoint) => $$"""
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: shop }
        sources:
          a:
            {{endpoint}}
            foo: 1
        targets:
          b: { postgres: { host: b }, credentials: { username: u } }
        databases:
          - { from: a/x, to: b/x }
        """;
}
