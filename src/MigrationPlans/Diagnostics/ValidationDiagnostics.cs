namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about a manifest.</summary>
public static class ValidationDiagnostics
{
    private static readonly DiagnosticDescriptor UnknownEndpointDescriptor = new(
        "MP2101", Severity.Error, "a mapping names an endpoint that is not declared",
        "`from` names an endpoint under `sources`, `to` one under `targets`. A server that is both is declared in both places.");

    private static readonly DiagnosticDescriptor DuplicateTargetDescriptor = new(
        "MP2102", Severity.Error, "two mappings fill one target database",
        "Each target database is filled by exactly one mapping, because the second would overwrite or collide with the first. One source may well go to several targets. Two endpoints with the same address are the same server.");

    private static readonly DiagnosticDescriptor SourceIsTargetDescriptor = new(
        "MP2103", Severity.Error, "a database would be copied onto itself",
        "Source and target are the same database of the same server: the same host and port, or the same RDS instance in the same region. Choose another database name or another target.");

    private static readonly DiagnosticDescriptor NotRoleArnDescriptor = new(
        "MP2104", Severity.Error, "a role ARN does not have the right shape",
        "The ARN of a role looks like `arn:aws:iam::111111111111:role/Name`, with a twelve-digit account and no region; `aws-cn` and `aws-us-gov` are the other partitions.");

    private static readonly DiagnosticDescriptor NotSecretArnDescriptor = new(
        "MP2105", Severity.Error, "a secret ARN does not have the right shape",
        "The ARN of a secret looks like `arn:aws:secretsmanager:us-east-1:111111111111:secret:name-AbCdEf`: a colon, not a slash, follows `secret`. Copy it from the console or from `aws secretsmanager describe-secret`.");

    private static readonly DiagnosticDescriptor AccountsDisagreeDescriptor = new(
        "MP2106", Severity.Error, "role and secret belong to different accounts",
        "The endpoint's secret is read with the endpoint's role, so both belong to the same account. A cross-account secret would need a resource policy and a customer-managed key, and is most often a slip.");

    private static readonly DiagnosticDescriptor RegionsDisagreeDescriptor = new(
        "MP2107", Severity.Error, "regions disagree",
        "What belongs together must be in one region and one partition: a secret and its instance, a KMS key and the copy that it encrypts, a zone and its region.");

    private static readonly DiagnosticDescriptor NameTooLongDescriptor = new(
        "MP2108", Severity.Error, "a database name is too long",
        "PostgreSQL cuts names after 63 bytes (of UTF-8, not characters) without an error, so two long names may become one.");

    private static readonly DiagnosticDescriptor IncludedAndExcludedDescriptor = new(
        "MP2109", Severity.Error, "the same objects are included and excluded",
        "`exclude` wins over `include`, so this pattern would never pick anything. Remove it from one of the two.");

    private static readonly DiagnosticDescriptor TableDataInIncludeDescriptor = new(
        "MP2110", Severity.Error, "`tableData` stands in `include`",
        "`tableData` says whose rows stay behind, so it belongs under `exclude`. To take a table with its rows, list it in `include.tables`.");

    private static readonly DiagnosticDescriptor LiteralPasswordDescriptor = new(
        "MP2111", Severity.Error, "a password is written out",
        """
        Manifests are committed, reviewed and logged; a password must not be in them, and one that was is best changed. Say where it is kept:

        ```yaml
        password: { env: NAME }            # an environment variable
        password: { file: path }           # a file, relative to the manifest
        password: { secretArn: "arn:…" }   # AWS Secrets Manager
        ```
        """);

    private static readonly DiagnosticDescriptor NotTablePatternDescriptor = new(
        "MP2112", Severity.Error, "a table pattern has no schema",
        "Tables are named `schema.table`, where `*` stands for any run of characters: `public.invoices`, `audit.*`, `*.tmp_*`. There is no search path here.");

    private static readonly DiagnosticDescriptor NeedsRdsDescriptor = new(
        "MP2113", Severity.Error, "a login that only RDS has is used for a plain PostgreSQL server",
        "`managedSecret` and `iam` ask the RDS API. A `postgres` endpoint logs in with `{ username, password }` or `{ secretArn }`.");

    private static readonly DiagnosticDescriptor UnusedEndpointDescriptor = new(
        "MP2114", Severity.Warning, "an endpoint is not used",
        "No mapping names it. Nothing will be done with it; perhaps a mapping was forgotten.");

    private static readonly DiagnosticDescriptor NotAddressDescriptor = new(
        "MP2115", Severity.Error, "an address is not `endpoint/database`",
        "An address has one slash, with a name on each side. Where a name itself holds a slash, write the two apart: `{ endpoint: nonprod, database: team/app }`.");

    private static readonly DiagnosticDescriptor CredentialsMissingDescriptor = new(
        "MP2116", Severity.Error, "an endpoint has no credentials",
        "Neither the endpoint nor `defaults.endpoint` says how to log in: `{ secretArn }`, `{ managedSecret: true }`, `{ iam: { username } }` or `{ username, password }`.");

    private static readonly DiagnosticDescriptor RegionMissingDescriptor = new(
        "MP2117", Severity.Error, "an RDS endpoint has no region",
        "Neither the endpoint's `rds.region` nor `defaults.endpoint.region` says where the instance is. The region of your shell is not used: the same manifest must mean the same everywhere.");

    private static readonly DiagnosticDescriptor RoleChainDescriptor = new(
        "MP2118", Severity.Error, "a role map leads on from its own result",
        "Each role is mapped once, from its name on the source to its name on the target. A chain or a swap is most often a slip, and whether it means one hop or two would be a guess.");

    private static readonly DiagnosticDescriptor NotDnsLabelDescriptor = new(
        "MP2119", Severity.Error, "the plan's name is not a DNS label",
        "`metadata.name` names the state and appears in resource names: lower-case letters, digits and hyphens, at most 63, with a letter or digit at both ends.");

    private static readonly DiagnosticDescriptor BadEndpointNameDescriptor = new(
        "MP2120", Severity.Error, "an endpoint's name can't be used",
        "An endpoint's name has 1 to 63 characters, no control characters, and no blanks at its ends.");

    private static readonly DiagnosticDescriptor NothingToDoDescriptor = new(
        "MP2121", Severity.Warning, "the manifest asks for nothing",
        "It has neither `databases` nor `instances`, so there is nothing to plan.");

    private static readonly DiagnosticDescriptor IdentifierTemplateDescriptor = new(
        "MP2122", Severity.Error, "the new instances' identifier can't be made",
        "`{identifier}` stands for the source instance's identifier; nothing else may stand in braces. Where more than one instance may match, the template must hold it, or all would get one name; in the same region and account it must add something.");

    private static readonly DiagnosticDescriptor ZoneWithMultiAzDescriptor = new(
        "MP2123", Severity.Error, "an availability zone is set for a multi-AZ instance",
        "RDS chooses the zones of a multi-AZ instance itself and refuses a restore that names one.");

    private static readonly DiagnosticDescriptor NotKeyArnDescriptor = new(
        "MP2124", Severity.Error, "a KMS key ARN does not have the right shape",
        "It looks like `arn:aws:kms:eu-west-1:111111111111:key/…` or `…:alias/…`. A key id or `alias/name` alone is fine too.");

    private static readonly DiagnosticDescriptor CertificateUnusedDescriptor = new(
        "MP2125", Severity.Warning, "a root certificate is set but not checked",
        "The modes `disable`, `allow` and `prefer` do not check the server's certificate. Use `verify-full`, or `verify-ca` where the name can't match.");

    private static readonly DiagnosticDescriptor IamNeedsTlsDescriptor = new(
        "MP2126", Severity.Error, "an IAM login without TLS",
        "RDS accepts IAM tokens only over TLS, and a token must not travel in the clear. Use `verify-full`.");

    private static readonly DiagnosticDescriptor ReservedDatabaseDescriptor = new(
        "MP2127", Severity.Error, "a database is reserved by the server",
        "`template0` and `template1` are the patterns of new databases, `rdsadmin` belongs to RDS. They are not migrated.");

    private static readonly DiagnosticDescriptor NoWildcardsDescriptor = new(
        "MP2128", Severity.Error, "a wildcard stands in a database name",
        "Each mapping carries one database, so that a review shows all of them. Write one mapping for each. A name that really holds `*` is written as `{ endpoint, database }`.");

    private static readonly DiagnosticDescriptor ReservedRoleDescriptor = new(
        "MP2129", Severity.Error, "a role is reserved by the server",
        "Roles whose names start with `pg_` or `rds_`, and `public`, `none` and `rdsadmin`, belong to the server and exist on both sides.");

    private static readonly DiagnosticDescriptor BadRoleNameDescriptor = new(
        "MP2130", Severity.Error, "a role's name can't be used",
        "A role's name has 1 to 63 bytes.");

    private static readonly DiagnosticDescriptor BadCompressionDescriptor = new(
        "MP2131", Severity.Error, "an archive can't be compressed that way",
        "`compression` is `none`, `gzip`, `lz4` or `zstd`, with a level behind a colon where wanted: 1 to 9 for gzip, 1 to 12 for lz4, 1 to 22 for zstd. Without it, pg_dump decides, which is gzip.");

    public static Diagnostic UnknownEndpoint(SourceSpan span, string endpoint, string holder, string? meant, bool isOnOtherSide) => new()
    {
        Descriptor = UnknownEndpointDescriptor,
        Message = $"no endpoint `{Quoting.Plain(endpoint)}` is declared under `{holder}`",
        Span = span,
        Label = "not declared",
        Help = meant is not null ? $"did you mean `{Quoting.Plain(meant)}`?"
            : isOnOtherSide ? $"it is declared on the other side; a server that is both is declared under `{holder}` too"
            : $"declare it under `{holder}`",
    };

    public static Diagnostic DuplicateTarget(SourceSpan span, string address, SourceSpan first) => new()
    {
        Descriptor = DuplicateTargetDescriptor,
        Message = $"`{Quoting.Plain(address)}` is already filled by the mapping in line {first.Line}",
        Span = span,
        Label = "second mapping onto this database",
        Help = "give each mapping a target database of its own",
    };

    public static Diagnostic SourceIsTarget(SourceSpan span, string database) => new()
    {
        Descriptor = SourceIsTargetDescriptor,
        Message = $"`{Quoting.Plain(database)}` would be copied onto itself",
        Span = span,
        Label = "the same database of the same server",
    };

    public static Diagnostic NotRoleArn(SourceSpan span) => new()
    {
        Descriptor = NotRoleArnDescriptor,
        Message = "this is not the ARN of an IAM role",
        Span = span,
        Label = "should look like `arn:aws:iam::111111111111:role/Name`",
    };

    public static Diagnostic NotSecretArn(SourceSpan span) => new()
    {
        Descriptor = NotSecretArnDescriptor,
        Message = "this is not the ARN of a Secrets Manager secret",
        Span = span,
        Label = "should look like `arn:aws:secretsmanager:us-east-1:111111111111:secret:name-AbCdEf`",
    };

    public static Diagnostic NotKeyArn(SourceSpan span) => new()
    {
        Descriptor = NotKeyArnDescriptor,
        Message = "this is not the ARN of a KMS key",
        Span = span,
        Label = "should look like `arn:aws:kms:eu-west-1:111111111111:key/…`",
    };

    public static Diagnostic AccountsDisagree(SourceSpan span, string endpoint, string secretAccount, string roleAccount) => new()
    {
        Descriptor = AccountsDisagreeDescriptor,
        Message = $"the secret of endpoint `{Quoting.Plain(endpoint)}` is in account {secretAccount}, its role in account {roleAccount}",
        Span = span,
        Label = $"account {secretAccount}",
    };

    public static Diagnostic RegionsDisagree(SourceSpan span, string what, string region, string other, string otherRegion) => new()
    {
        Descriptor = RegionsDisagreeDescriptor,
        Message = $"{what} is in {Quoting.Plain(region)}, {Quoting.Plain(other)} in {Quoting.Plain(otherRegion)}",
        Span = span,
        Label = Quoting.Plain(region),
    };

    public static Diagnostic NameTooLong(SourceSpan span, int length) => new()
    {
        Descriptor = NameTooLongDescriptor,
        Message = $"the database name has {length} bytes; PostgreSQL keeps 63",
        Span = span,
    };

    public static Diagnostic IncludedAndExcluded(SourceSpan span, string pattern, string excluding) => new()
    {
        Descriptor = IncludedAndExcludedDescriptor,
        Message = $"`{Quoting.Plain(pattern)}` is included here and excluded by `{Quoting.Plain(excluding)}`",
        Span = span,
        Label = "picks nothing",
    };

    public static Diagnostic TableDataInInclude(SourceSpan span) => new()
    {
        Descriptor = TableDataInIncludeDescriptor,
        Message = "`tableData` can't be included",
        Span = span,
        Help = "list the tables under `include.tables`, or move this under `exclude`",
    };

    public static Diagnostic LiteralPassword(SourceSpan span, string place) => new()
    {
        Descriptor = LiteralPasswordDescriptor,
        Message = $"a password is written out in {(place.Length == 0 ? "the manifest" : Quoting.Plain(place))}",
        Span = span,
        Label = "not shown here",
        Help = "say where it is kept: `password: { env: NAME }`, `{ file: path }` or `{ secretArn: … }`; and change it, if this file was ever shared",
    };

    public static Diagnostic NotTablePattern(SourceSpan span, string pattern) => new()
    {
        Descriptor = NotTablePatternDescriptor,
        Message = $"`{Quoting.Plain(pattern)}` is not `schema.table`",
        Span = span,
        Help = pattern.Contains('.', StringComparison.Ordinal) ? null : $"write `public.{Quoting.Plain(pattern)}`, or `*.{Quoting.Plain(pattern)}` for all schemas",
    };

    public static Diagnostic NeedsRds(SourceSpan span, string endpoint, string kind) => new()
    {
        Descriptor = NeedsRdsDescriptor,
        Message = $"`{kind}` needs an RDS instance, but endpoint `{Quoting.Plain(endpoint)}` is a plain PostgreSQL server",
        Span = span,
        Help = "use `{ username, password }` or `{ secretArn }`",
    };

    public static Diagnostic UnusedEndpoint(SourceSpan span, string endpoint) => new()
    {
        Descriptor = UnusedEndpointDescriptor,
        Message = $"no mapping uses endpoint `{Quoting.Plain(endpoint)}`",
        Span = span,
    };

    public static Diagnostic NotAddress(SourceSpan span, string text) => new()
    {
        Descriptor = NotAddressDescriptor,
        Message = $"`{Quoting.Plain(text)}` is not an address",
        Span = span,
        Label = "should be `endpoint/database`",
        Help = text.Count(c => c == '/') > 1 ? "where a name holds a slash, write `{ endpoint: …, database: … }`" : null,
    };

    public static Diagnostic CredentialsMissing(SourceSpan span, string endpoint) => new()
    {
        Descriptor = CredentialsMissingDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has no credentials",
        Span = span,
        Help = "add `credentials:` here or under `defaults.endpoint`",
    };

    public static Diagnostic RegionMissing(SourceSpan span, string endpoint) => new()
    {
        Descriptor = RegionMissingDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has no region",
        Span = span,
        Help = "add `region:` here or under `defaults.endpoint`",
    };

    public static Diagnostic RoleChain(SourceSpan span, string from, string to, string next) => new()
    {
        Descriptor = RoleChainDescriptor,
        Message = $"`{Quoting.Plain(from)}` becomes `{Quoting.Plain(to)}`, which itself becomes `{Quoting.Plain(next)}`",
        Span = span,
        Help = $"map `{Quoting.Plain(from)}` to its final name",
    };

    public static Diagnostic NotDnsLabel(SourceSpan span, string name) => new()
    {
        Descriptor = NotDnsLabelDescriptor,
        Message = $"`{Quoting.Plain(name)}` can't name a plan",
        Span = span,
        Label = "lower-case letters, digits and hyphens only",
    };

    public static Diagnostic BadEndpointName(SourceSpan span) => new()
    {
        Descriptor = BadEndpointNameDescriptor,
        Message = "this can't name an endpoint",
        Span = span,
    };

    public static Diagnostic NothingToDo(SourceSpan span) => new()
    {
        Descriptor = NothingToDoDescriptor,
        Message = "the manifest has neither `databases` nor `instances`",
        Span = span,
    };

    public static Diagnostic BadIdentifierTemplate(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "only `{identifier}` may stand in braces",
        Span = span,
    };

    public static Diagnostic OneIdentifierForMany(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "all instances that match would get the same identifier",
        Span = span,
        Help = "put `{identifier}` into it",
    };

    public static Diagnostic InstanceOntoItself(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "the copy would have the identifier of the instance that it is a copy of",
        Span = span,
        Help = "add something to it, such as `{identifier}-migrated`",
    };

    public static Diagnostic ZoneWithMultiAz(SourceSpan span) => new()
    {
        Descriptor = ZoneWithMultiAzDescriptor,
        Message = "`availabilityZone` can't be set together with `multiAz`",
        Span = span,
        Help = "remove one of the two",
    };

    public static Diagnostic CertificateUnused(SourceSpan span, string endpoint, string mode) => new()
    {
        Descriptor = CertificateUnusedDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has a root certificate, but the mode `{mode}` does not check it",
        Span = span,
        Help = "set `mode: verify-full`",
    };

    public static Diagnostic IamNeedsTls(SourceSpan span, string endpoint) => new()
    {
        Descriptor = IamNeedsTlsDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` logs in with an IAM token, which needs TLS",
        Span = span,
        Help = "set `mode: verify-full`",
    };

    public static Diagnostic ReservedDatabase(SourceSpan span, string name) => new()
    {
        Descriptor = ReservedDatabaseDescriptor,
        Message = $"`{name}` belongs to the server",
        Span = span,
    };

    public static Diagnostic NoWildcards(SourceSpan span) => new()
    {
        Descriptor = NoWildcardsDescriptor,
        Message = "a mapping names one database; `*` is not a wildcard here",
        Span = span,
        Help = "write one mapping for each database",
    };

    public static Diagnostic ReservedRole(SourceSpan span, string role) => new()
    {
        Descriptor = ReservedRoleDescriptor,
        Message = $"the role `{Quoting.Plain(role)}` belongs to the server",
        Span = span,
    };

    public static Diagnostic BadRoleName(SourceSpan span) => new()
    {
        Descriptor = BadRoleNameDescriptor,
        Message = "this can't name a role",
        Span = span,
    };

    public static Diagnostic BadCompression(SourceSpan at, string text) => new()
    {
        Descriptor = BadCompressionDescriptor,
        Message = $"`{text}` is no way to compress an archive",
        Span = at,
        Help = "write none, gzip, lz4 or zstd, with a level where wanted: `zstd:3`",
    };
}
