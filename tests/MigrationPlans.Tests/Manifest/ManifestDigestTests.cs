using MigrationPlans.Manifest;
using MigrationPlans.Tests.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Manifest;

public sealed class ManifestDigestTests
{
    private const string Yaml = """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: golden, labels: { team: platform } }
        sources:
          old: { postgres: { host: old.internal, port: 5433 }, credentials: { username: u, password: { env: OLD } }, tls: { mode: require } }
          account-a:
            rds: { instance: shop, region: eu-central-1, roleArn: "arn:aws:iam::111122223333:role/migrator" }
            credentials: { managedSecret: true }
        targets:
          new: { postgres: { host: new.internal }, credentials: { username: u } }
        databases:
          - { from: old/a, to: new/a, parallelism: 4, onExisting: replace, exclude: { tableData: [app.log] }, roles: { map: { one: other } } }
          - { from: account-a/b, to: new/b, strategy: archive, fence: read-only, verify: checksums }
        instances:
          - from: { region: eu-central-1, match: { identifiers: [env-*] } }
            to: { region: eu-west-1, instanceClass: db.t4g.medium, securityGroups: [sg-0fea3798bf54e9fe6] }
        """;

    /// <summary>If this fails, every state out there would take the upgrade for a changed manifest: make the new property nullable.</summary>
    [Test]
    public void A_digest_is_the_same_in_every_version() =>
        Assert.That(Manifests.Valid(Yaml).Digest, Is.EqualTo("a57b2042071a52ccb0d236ccbccd8409a454ade176ed3f3478081c590295d7ee"));

    [Test]
    public void What_says_nothing_is_not_part_of_it()
    {
        var canonical = ManifestDigest.Canonical(ManifestDigest.ToNode(Manifests.Valid(Yaml)));
        Assert.That(canonical, Does.Not.Contain("null").And.Not.Contain("[]"));
        Assert.That(canonical, Does.Contain("db.t4g.medium").And.Contain("app.log"));
    }
}
