using MigrationPlans.Manifest;
using MigrationPlans.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

/// <summary>Manifests for tests.</summary>
internal static class Manifests
{
    /// <summary>Holds everything that a manifest can say.</summary>
    public const string Full = """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata:
          name: nonprod-consolidation
          labels: { team: platform }
        x-billing: &billing { schemas: [billing] }
        defaults:
          endpoint: { region: us-east-1, tls: { mode: verify-full, rootCertificate: rds-global-bundle.pem } }
          database: { strategy: stream, verify: checksums }
        sources:
          account-a:
            rds:
              instance: source-a-rds-instance-id
              roleArn: arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole
              externalId: ${env:EXTERNAL_ID}
            credentials: { secretArn: "arn:aws:secretsmanager:us-east-1:111111111111:secret:source-a-AbCdEf" }
            connect: { host: 127.0.0.1, port: 15432 }
          legacy:
            postgres: { host: legacy.internal, port: 5433 }
            credentials: { username: migrator, password: { env: LEGACY_PASSWORD } }
            tls: { mode: verify-ca }
        targets:
          nonprod:
            rds: { instance: nonprod-shared, region: eu-west-1 }
            credentials: { managedSecret: true }
        databases:
          - { from: account-a/source_database_a, to: nonprod/app_db_a }
          - from: legacy/monolith
            to: { endpoint: nonprod, database: team/billing }
            include: *billing
            exclude: { tables: ["billing.tmp_*"], tableData: [billing.sessions] }
            fence: read-only
            verify: none
            onExisting: replace
            parallelism: 4
            roles: { create: none, map: { app_prod: app } }
            extensions: { skip: [pg_cron] }
            publications: copy
            subscriptions: copy
            statistics: none
            crossBoundaryForeignKeys: drop
        instances:
          - from: { region: eu-central-1, match: { identifiers: ["env-*"], exclude: ["env-dev-*"], tags: { a: b } } }
            to: { region: eu-west-1, kmsKeyId: alias/rds, securityGroups: [sg-0fea3798bf54e9fe6], multiAz: true }
        """;

    public static ManifestLoadResult Load(string yaml, string file = "m.yaml") =>
        new ManifestLoader(name => name == "EXTERNAL_ID" ? "0123" : null).Load(file, yaml);

    public static MigrationManifest Valid(string yaml)
    {
        var result = Load(yaml);
        Assert.That(result.Diagnostics, Is.Empty);
        return result.Manifest!;
    }
}
