using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

internal sealed class ManifestLoaderTests
{
    private const string Head = "apiVersion: migrationplans.dev/v1\nkind: MigrationPlan\nmetadata: { name: shop }\n";

    [Test]
    public void Everything_that_a_manifest_says_reaches_the_records()
    {
        var manifest = Manifests.Valid(Manifests.Full);
        var (first, second) = (manifest.Databases[0], manifest.Databases[1]);
        Assert.Multiple(() =>
        {
            Assert.That(manifest.Name, Is.EqualTo("nonprod-consolidation"));
            Assert.That(manifest.FindSource("account-a")!.Rds, Is.EqualTo(new RdsInstance
            {
                Instance = "source-a-rds-instance-id",
                Region = "us-east-1",
                RoleArn = "arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole",
                ExternalId = "0123",
            }));
            Assert.That(manifest.FindSource("account-a")!.Connect, Is.EqualTo(new NetworkAddress("127.0.0.1", 15432)));
            Assert.That(manifest.FindSource("account-a")!.Tls, Is.EqualTo(new TlsSettings(TlsMode.VerifyFull, "rds-global-bundle.pem")));
            Assert.That(
                manifest.FindSource("legacy")!.Credentials,
                Is.EqualTo(new PasswordCredentials("migrator", new PasswordReference { Env = "LEGACY_PASSWORD" })));
            Assert.That(manifest.FindSource("legacy")!.Tls, Is.EqualTo(new TlsSettings(TlsMode.VerifyCa, "rds-global-bundle.pem")));
            Assert.That(manifest.FindTarget("nonprod")!.Rds!.Region, Is.EqualTo("eu-west-1"));
            Assert.That(manifest.FindTarget("nonprod")!.Credentials, Is.TypeOf<ManagedSecretCredentials>());
            Assert.That(first.Verify, Is.EqualTo(VerificationLevel.Checksums));
            Assert.That(first.Address, Is.EqualTo("nonprod/app_db_a"));
            Assert.That(second.To, Is.EqualTo(new DatabaseAddress("nonprod", "team/billing")));
            Assert.That(second.Include!.Schemas, Is.EqualTo(new[] { "billing" }));
            Assert.That(second.Exclude!.TableData, Is.EqualTo(new[] { "billing.sessions" }));
            Assert.That(
                (second.Fence, second.Verify, second.OnExisting, second.Parallelism),
                Is.EqualTo((Fence.ReadOnly, VerificationLevel.None, OnExisting.Replace, (int?)4)));
            Assert.That(second.Roles.Map, Is.EqualTo(new Dictionary<string, string> { ["app_prod"] = "app" }));
            Assert.That(second.SkipExtensions, Is.EqualTo(new[] { "pg_cron" }));
            Assert.That(manifest.Instances[0].To.Identifier, Is.EqualTo("{identifier}-migrated"));
            Assert.That(manifest.Instances[0].To.MultiAz, Is.True);
        });
    }

    [Test]
    public void Names_that_RDS_keeps_in_lower_case_are_read_so()
    {
        const string Move = "from: { region: eu-central-1, match: { identifiers: [Env-*], exclude: [ENV-dev] } }, to: { region: eu-west-1, identifier: \"{identifier}-New\", subnetGroup: Blue }";
        var move = Manifests.Valid($"{Head}instances:\n  - {{ {Move} }}\n").Instances[0];
        Assert.That((move.From.Match.Identifiers.Single(), move.From.Match.Exclude.Single()), Is.EqualTo(("env-*", "env-dev")));
        Assert.That((move.To.Identifier, move.To.SubnetGroup), Is.EqualTo(("{identifier}-new", "blue")));
    }

    [Test]
    public void Roles_called_like_those_of_rds_can_be_mapped_to_others()
    {
        var manifest = Manifests.Valid(Manifests.Full.Replace("{ app_prod: app }", "{ rds_superuser: app, rds_reports: reports }", StringComparison.Ordinal));
        Assert.That(manifest.Databases[1].Roles.Map.Keys, Is.EqualTo((string[])["rds_reports", "rds_superuser"]));
    }

    [Test]
    public void Spans_lead_back_to_the_file()
    {
        var map = Manifests.Load(Manifests.Full).SourceMap;
        Assert.Multiple(() =>
        {
            Assert.That(map.Value("databases[0].from")!.ToString(), Is.EqualTo("m.yaml:27:13"));
            Assert.That(map.Key("sources.legacy")!.ToString(), Is.EqualTo("m.yaml:18:3"));
            Assert.That(map.Value("databases[0].verify")!.ToString(), Is.EqualTo("m.yaml:9:41"), "a default points to where it is set");
        });
    }

    [Test]
    public void The_digest_follows_values_and_nothing_else()
    {
        var digest = Manifests.Valid(Manifests.Full).Digest;
        Assert.Multiple(() =>
        {
            Assert.That(digest, Does.Match("^[0-9a-f]{64}$"));
            Assert.That(Manifests.Valid("# a comment\n" + Manifests.Full.Replace("team: platform", "team: other")).Digest, Is.EqualTo(digest));
            Assert.That(Manifests.Valid(Manifests.Full.Replace(
                "{ from: account-a/source_database_a, to: nonprod/app_db_a }",
                "{ to: nonprod/app_db_a, from: account-a/source_database_a, fence: none }")).Digest, Is.EqualTo(digest), "key order and defaults");
            Assert.That(Manifests.Valid(Manifests.Full.Replace("parallelism: 4", "parallelism: 5")).Digest, Is.Not.EqualTo(digest));
            Assert.That(Manifests.Valid(Manifests.Full.Replace("username: migrator", "username: other")).Digest, Is.Not.EqualTo(digest));
        });
    }

    [Test]
    public async Task Overlays_merge_mappings_and_keyed_lists_and_keep_their_own_positions()
    {
        using var directory = new TemporaryDirectory();
        var result = await Load(directory, Manifests.Full, """
            sources:
              account-a:
                connect:
                rds: { region: eu-west-1 }
                credentials: { username: other, password: { file: secret } }
            databases:
              - { from: account-a/source_database_a, to: nonprod/app_db_a, verify: counts }
              - { from: legacy/blog, to: nonprod/blog, fence: maybe }
            """);
        var fixedResult = await Load(directory, Manifests.Full, "databases: [ { from: legacy/blog, to: nonprod/blog } ]\n");
        Assert.Multiple(() =>
        {
            Assert.That(
                result.Diagnostics.Select(diagnostic => diagnostic.ToString()),
                Is.EqualTo(new[] { "o.yaml:8:51: error[MP2003]: databases[2].fence can't be `maybe`" }));
            Assert.That(
                fixedResult.Manifest!.Databases.Select(mapping => mapping.Address),
                Is.EqualTo(new[] { "nonprod/app_db_a", "nonprod/team/billing", "nonprod/blog" }));
        });
    }

    [Test]
    public async Task An_overlay_replaces_one_kind_of_login_by_another_and_takes_away_by_an_empty_value()
    {
        using var directory = new TemporaryDirectory();
        var result = await Load(directory, Manifests.Full, """
            sources:
              account-a:
                connect:
                credentials: { username: other, password: { file: secret } }
              legacy: { rds: { instance: legacy }, tls: { mode: verify-full } }
            """);
        Assert.That(result.Diagnostics, Is.Empty);
        var source = result.Manifest!.FindSource("account-a")!;
        Assert.Multiple(() =>
        {
            Assert.That(source.Connect, Is.Null);
            Assert.That(source.Credentials, Is.EqualTo(new PasswordCredentials("other", new PasswordReference { File = "secret" })));
            Assert.That(result.Manifest.FindSource("legacy")!.Postgres, Is.Null);
        });
    }

    [Test]
    public void Defaults_may_hold_the_user_and_an_endpoint_the_password_and_the_other_way_round()
    {
        var yaml = Manifests.Full.Replace("{ region: us-east-1, tls:", "{ region: us-east-1, credentials: { CREDENTIALS }, tls:", StringComparison.Ordinal);
        var user = yaml.Replace("CREDENTIALS", "username: migrator", StringComparison.Ordinal)
            .Replace("{ username: migrator, password:", "{ password:", StringComparison.Ordinal);
        var password = yaml.Replace("CREDENTIALS", "password: { env: LEGACY_PASSWORD }", StringComparison.Ordinal)
            .Replace("{ username: migrator, password: { env: LEGACY_PASSWORD } }", "{ username: migrator }", StringComparison.Ordinal);
        foreach (var text in new[] { user, password })
        {
            Assert.That(
                Manifests.Valid(text).FindSource("legacy")!.Credentials,
                Is.EqualTo(new PasswordCredentials("migrator", new PasswordReference { Env = "LEGACY_PASSWORD" })));
        }
    }

    [Test]
    public void A_password_that_gets_no_user_from_anywhere_is_a_finding()
    {
        var alone = Manifests.Full.Replace("username: migrator, ", "", StringComparison.Ordinal);
        var overSecret = alone.Replace("{ region: us-east-1,", "{ region: us-east-1, credentials: { managedSecret: true },", StringComparison.Ordinal);
        foreach (var text in new[] { alone, overSecret })
        {
            Assert.That(
                Manifests.Load(text).Diagnostics.Select(diagnostic => diagnostic.ToString()),
                Is.EqualTo(new[] { "m.yaml:20:5: error[MP2002]: `username` is missing in sources.legacy.credentials" }));
        }
    }

    [Test]
    public void An_empty_value_takes_a_default_away()
    {
        var yaml = Manifests.Full
            .Replace("verify: checksums }", "verify: checksums, exclude: { tables: [a.b] } }", StringComparison.Ordinal)
            .Replace("to: nonprod/app_db_a }", "to: nonprod/app_db_a, exclude: ~, verify: }", StringComparison.Ordinal)
            .Replace("tls: { mode: verify-ca }", "tls: { mode: verify-ca, rootCertificate: ~ }", StringComparison.Ordinal);
        var manifest = Manifests.Valid(yaml);
        Assert.Multiple(() =>
        {
            Assert.That(manifest.Databases[0].Exclude, Is.Null);
            Assert.That(manifest.Databases[0].Verify, Is.EqualTo(VerificationLevel.Counts));
            Assert.That(manifest.FindSource("legacy")!.Tls, Is.EqualTo(new TlsSettings(TlsMode.VerifyCa, null)));
        });
    }

    [Test]
    public void An_empty_value_that_takes_nothing_away_is_still_a_finding()
    {
        var yaml = Manifests.Full.Replace("{ strategy: stream,", "{ strategy: stream, exclude: ~,", StringComparison.Ordinal)
            .Replace("to: nonprod/app_db_a }", "to: nonprod/app_db_a, include: }", StringComparison.Ordinal);
        Assert.That(Manifests.Load(yaml).Diagnostics.Select(diagnostic => diagnostic.ToString()), Is.EqualTo(new[]
        {
            "m.yaml:9:42: error[MP2001]: defaults.database.exclude is empty, but should be a mapping",
            "m.yaml:27:73: error[MP2001]: databases[0].include is empty, but should be a mapping",
        }));
    }

    [Test]
    public async Task An_empty_value_of_an_overlay_is_fine_where_nothing_is_below_and_a_slip_in_its_key_is_none()
    {
        using var directory = new TemporaryDirectory();
        const string Overlay =
            "databases:\n  - { from: account-a/source_database_a, to: nonprod/app_db_a, fence: ~, roles: ~ }\nsources: { legacy: { connect: ~ } }\n";
        var result = await Load(directory, Manifests.Full, Overlay);
        var slip = await Load(directory, Manifests.Full, Overlay.Replace("fence", "fnce", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(result.Diagnostics, Is.Empty);
            Assert.That(result.Manifest!.Databases[0].Fence, Is.EqualTo(Fence.None));
            Assert.That(
                slip.Diagnostics.Select(diagnostic => diagnostic.ToString()),
                Is.EqualTo(new[] { "o.yaml:2:64: error[MP1007]: unknown property `fnce` in databases[0]" }));
        });
    }

    [Test]
    public async Task A_mapping_that_an_overlay_names_twice_is_not_lost()
    {
        using var directory = new TemporaryDirectory();
        var result = await Load(directory, Manifests.Full, """
            databases:
              - { from: account-a/source_database_a, to: nonprod/app_db_a, verify: counts }
              - { from: { endpoint: account-a, database: source_database_a }, to: nonprod/app_db_a, verify: none }
            """);
        Assert.That(
            result.Diagnostics.Select(diagnostic => diagnostic.ToString()),
            Is.EqualTo(new[] { "o.yaml:3:71: error[MP2102]: `nonprod/app_db_a` is already filled by the mapping in line 2" }));
    }

    [TestCase("databases: []")]
    [TestCase("databases: []\ninstances: []")]
    [TestCase("")]
    public void A_manifest_that_asks_for_nothing_is_a_warning(string lists) =>
        Assert.That(Manifests.Load($"{Head}{lists}\n").Diagnostics.Select(diagnostic => diagnostic.Code), Is.EqualTo(new[] { "MP2121" }));

    [TestCase("")]
    [TestCase("databases: []\n")]
    public void A_manifest_with_instances_only_is_fine(string databases) =>
        Assert.That(
            Manifests.Valid($"{Head}{databases}{Manifests.Full[Manifests.Full.IndexOf("instances:", StringComparison.Ordinal)..]}").Instances,
            Has.Length.EqualTo(1));

    [Test]
    public void Names_of_the_users_may_be_words_of_a_manifest()
    {
        var manifest = Manifests.Valid(Manifests.Full
            .Replace("{ team: platform }", "{ port: \"${env:EXTERNAL_ID}\", keep: \"true\", password: \"${env:EXTERNAL_ID}\" }", StringComparison.Ordinal)
            .Replace(
                "  legacy:\n    postgres: { host: legacy.internal",
                "  password:\n    postgres: { host: \"db-${env:EXTERNAL_ID}\"",
                StringComparison.Ordinal)
            .Replace("  account-a:", "  labels:", StringComparison.Ordinal)
            .Replace("account-a/", "labels/", StringComparison.Ordinal)
            .Replace("legacy/", "password/", StringComparison.Ordinal)
            .Replace("connect: {", "x-note: 1\n    connect: {", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(manifest.FindSource("password")!.Postgres!.Host, Is.EqualTo("db-0123"));
            Assert.That(manifest.Labels["port"], Is.EqualTo("0123"));
        });
    }

    [Test]
    public async Task An_overlay_replaces_the_server_of_an_endpoint_that_is_called_like_a_property()
    {
        using var directory = new TemporaryDirectory();
        var result = await Load(
            directory,
            Manifests.Full.Replace("legacy", "credentials", StringComparison.Ordinal),
            "sources: { credentials: { rds: { instance: a } } }\n");
        Assert.That(result.Diagnostics, Is.Empty);
    }

    [TestCase("://:")]
    [TestCase("password =")]
    [TestCase("://a@")]
    [TestCase(":// ")]
    [TestCase("'")]
    public void A_long_text_is_searched_for_passwords_in_one_go(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000));
        Assert.That(() => Manifests.Load(Manifests.Full.Replace("team: platform", $"team: \"{text}\"", StringComparison.Ordinal)), Throws.Nothing);
        Assert.That(() => MigrationPlans.Diagnostics.Quoting.Plain(text), Throws.Nothing);
    }

    [TestCase("postgresql://u:p@h/d", "postgresql://u:***@h/d")]
    [TestCase("a x://u:p@h y://:q:/@z", "a x://u:***@h y://:***@z")]
    [TestCase("://a/b://u:p@h", "://a/b://u:***@h")]
    [TestCase("://u:@h", "://u:***@h")]
    [TestCase("://u@h ://u:p h@", "://u@h ://u:p h@")]
    [TestCase("u:p@h", "u:p@h")]
    public void A_url_is_quoted_without_its_password(string text, string quoted) =>
        Assert.That(MigrationPlans.Diagnostics.Quoting.MaskUrls(text), Is.EqualTo(quoted));

    /// <summary>
    /// The limit is far from what it takes now (a second or two), and farther from the minutes that it took with a look at every mapping
    /// and endpoint for every endpoint.
    /// </summary>
    [Test]
    public void Thousands_of_endpoints_are_checked_in_seconds()
    {
        const int Count = 5000;
        var endpoints = string.Concat(Enumerable.Range(0, Count).Select(i => $"  e{i}: {{ postgres: {{ host: h{i} }}, credentials: {{ username: u }} }}\n"));
        var mappings = string.Concat(Enumerable.Range(0, Count).Select(i => $"  - {{ from: e{i}/a, to: t/d{i} }}\n"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var result = Manifests.Load(
            $"{Head}sources:\n{endpoints}targets:\n  t: {{ postgres: {{ host: t }}, credentials: {{ username: u }} }}\ndatabases:\n{mappings}");
        Assert.That(result.Diagnostics, Is.Empty);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Defaults_that_would_be_written_out_without_end_are_refused()
    {
        var tables = string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"a.t{i}"));
        var mappings = string.Concat(Enumerable.Range(0, 500).Select(i => $"  - {{ from: legacy/a, to: nonprod/d{i} }}\n"));
        var yaml = Manifests.Full.Replace("verify: checksums }", $"verify: checksums, exclude: {{ tables: [{tables}] }} }}", StringComparison.Ordinal);
        Assert.That(Manifests.Valid(yaml).Databases, Has.Length.EqualTo(2));
        Assert.That(Manifests.Load(yaml.Replace("databases:\n", $"databases:\n{mappings}", StringComparison.Ordinal)).Diagnostics.Select(diagnostic =>
            diagnostic.ToString()),
            Is.EqualTo(new[] { "m.yaml:7:1: error[MP1014]: with its defaults at every endpoint and mapping, the manifest holds more than 400000 values" }));
    }

    [Test]
    public async Task A_missing_overlay_is_a_finding_with_its_name()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "m.yaml");
        await File.WriteAllTextAsync(path, Manifests.Full);
        var result = await new ManifestLoader(_ => "")
            .LoadAsync(new ManifestFile("m.yaml", path), [ManifestFile.From("nope.yaml", directory.Path)], CancellationToken.None);
        Assert.That(result.Diagnostics.Single().ToString(), Does.StartWith("nope.yaml:1:1: error[MP1001]"));
    }

    [TestCase(new byte[] { 0xff, 0xfe, 0x61, 0 }, "MP1003", 1, 1)]
    [TestCase(new byte[] { 0x61, 0x3a, 0x0a, 0x20, 0xe9, 0x0a }, "MP1003", 2, 2)]
    public async Task Text_that_is_not_utf8_is_a_finding_at_its_first_wrong_byte(byte[] bytes, string code, int line, int column)
    {
        using var directory = new TemporaryDirectory();
        var finding = await LoadBytes(directory, bytes);
        Assert.That((finding.Code, finding.Span!.Line, finding.Span.Column), Is.EqualTo((code, line, column)));
    }

    [Test]
    public async Task A_file_of_more_than_a_mebibyte_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Assert.That((await LoadBytes(directory, new byte[(1024 * 1024) + 1])).Code, Is.EqualTo("MP1002"));
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_first_key()
    {
        var (text, _) = MigrationPlans.Manifest.Yaml.ManifestText.Decode([0xef, 0xbb, 0xbf, 0x61], "f");
        Assert.That(text, Is.EqualTo("a"));
    }

    [Test]
    public void A_variable_in_a_plain_value_is_a_number_where_a_number_is_wanted_and_text_elsewhere()
    {
        var yaml = Manifests.Full.Replace("port: 5433", "port: \"${env:EXTERNAL_ID}\"")
            .Replace("username: migrator", "username: \"db$${x}-${env:EXTERNAL_ID}\"");
        var source = Manifests.Valid(yaml).FindSource("legacy")!;
        Assert.That(
            (source.Postgres!.Port, source.Credentials),
            Is.EqualTo((123, new PasswordCredentials("db${x}-0123", new PasswordReference { Env = "LEGACY_PASSWORD" }))));
    }

    [TestCase("legacy-1.db_a.internal", "legacy-1.db_a.internal")]
    [TestCase("192.0.2.1", "192.0.2.1")]
    [TestCase("2001:db8::1", "2001:db8::1")]
    [TestCase("[2001:db8::1]", "2001:db8::1")]
    [TestCase("fe80::1%eth0", "fe80::1%eth0")]
    [TestCase("/var/run/my sockets", "/var/run/my sockets")]
    public void A_host_is_a_name_an_address_or_a_directory(string written, string host) =>
        Assert.That(Manifests.Valid(WithHost(written)).FindSource("legacy")!.Postgres!.Host, Is.EqualTo(host));

    [TestCase("a.internal,b.internal", "one server, not a list")]
    [TestCase("/tmp,/var/run", "one server, not a list")]
    [TestCase("127.0.0.1:5433", "the port has a property of its own: `port`")]
    [TestCase("[2001:db8::1]:5433", "the port has a property of its own: `port`")]
    [TestCase("[localhost]", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("2001:db8::g", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("a b", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("a\\nb", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("legacy\\n", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("*", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("@abstract", "neither a host name nor an IP address nor an absolute directory")]
    [TestCase("/tmp/a\\tb", "neither a host name nor an IP address nor an absolute directory")]
    public void A_host_that_only_half_of_what_connects_understands_is_a_finding(string host, string fault)
    {
        var finding = Manifests.Load(WithHost(host)).Diagnostics.Single();
        Assert.That((finding.Code, finding.Span!.Line, finding.Label), Is.EqualTo(("MP2150", 19, fault)));
    }

    [Test]
    public void A_host_has_a_longest_length()
    {
        Assert.That(Manifests.Load(WithHost(new string('h', 256))).Diagnostics.Single().Label, Is.EqualTo("longer than 255 characters"));
        Assert.That(
            Manifests.Load(WithHost($"/{new string('h', 92)}")).Diagnostics.Single().Label,
            Is.EqualTo("longer than the 92 bytes of a socket's directory"));
    }

    [Test]
    public void The_near_end_of_a_tunnel_is_a_host_too() =>
        Assert.That(
            Manifests.Load(Manifests.Full.Replace("host: 127.0.0.1,", "host: \"127.0.0.1:15432\",", StringComparison.Ordinal)).Diagnostics.Single().Code,
            Is.EqualTo("MP2150"));

    [Test]
    public void An_unused_endpoint_is_a_warning_and_no_error()
    {
        var result = Manifests.Load(Manifests.Full.Replace("targets:", "  spare: { postgres: { host: a }, credentials: { username: a } }\ntargets:"));
        Assert.Multiple(() =>
        {
            Assert.That(result.Manifest, Is.Not.Null);
            Assert.That(result.Diagnostics.Select(diagnostic => diagnostic.Severity), Has.All.EqualTo(Severity.Warning));
        });
    }

    [Test]
    public void One_source_may_go_to_several_targets_and_to_its_own_server_under_another_name()
    {
        var yaml = Manifests.Full.Replace("databases:\n", """
            databases:
              - { from: legacy/monolith, to: nonprod/hr }
              - { from: legacy/monolith, to: nonprod/monolith }

            """, StringComparison.Ordinal);
        Assert.That(Manifests.Valid(yaml).Databases, Has.Length.EqualTo(4));
    }

    private static string WithHost(string host) => Manifests.Full.Replace("host: legacy.internal", $"host: \"{host}\"", StringComparison.Ordinal);

    private static async Task<ManifestLoadResult> Load(TemporaryDirectory directory, string manifest, string overlay)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "m.yaml"), manifest);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "o.yaml"), overlay);
        return await new ManifestLoader(_ => "x")
            .LoadAsync(ManifestFile.From("m.yaml", directory.Path), [ManifestFile.From("o.yaml", directory.Path)], CancellationToken.None);
    }

    private static async Task<Diagnostic> LoadBytes(TemporaryDirectory directory, byte[] bytes)
    {
        await File.WriteAllBytesAsync(Path.Combine(directory.Path, "m.yaml"), bytes);
        var result = await new ManifestLoader(_ => null).LoadAsync(ManifestFile.From("m.yaml", directory.Path), [], CancellationToken.None);
        return result.Diagnostics.Single();
    }
}
