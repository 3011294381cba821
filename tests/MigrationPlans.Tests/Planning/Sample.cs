using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Tests.Planning;

/// <summary>One mapping between two small servers, to be bent with <c>with</c>.</summary>
internal sealed record Sample
{
    public DatabaseMapping Mapping { get; init; } = Map("legacy/shop", "nonprod/shop");

    public ImmutableArray<DatabaseMapping> MoreMappings { get; init; } = [];

    public EndpointFacts SourceServer { get; init; } = Server("legacy", EndpointRole.Source) with
    {
        Roles = [new RoleFacts { Name = "shop_owner" }],
        Databases = [Settings("shop"), Settings("billing")],
    };

    public EndpointFacts TargetServer { get; init; } = Server("nonprod", EndpointRole.Target);

    public DatabaseFacts Source { get; init; } = new()
    {
        Role = EndpointRole.Source,
        Address = new DatabaseAddress("legacy", "shop"),
        Exists = true,
        IsEmpty = false,
        Settings = Settings("shop"),
        Schemas = ["public"],
        Relations = [Table("public", "customers"), Table("public", "orders")],
        ForeignKeys = [new ForeignKeyFacts("orders_customer", "public", "orders", "public", "customers")],
        ReferencedRoles = ["shop_owner"],
    };

    public DatabaseFacts Target { get; init; } = Absent("nonprod", "shop");

    public ImmutableArray<DatabaseFacts> MoreTargets { get; init; } = [];

    public ImmutableArray<Diagnostic> Findings { get; init; } = [];

    public MigrationManifest Manifest => new()
    {
        File = "migration.yaml",
        Name = "sample",
        Digest = new string('d', 64),
        Sources = [Server("legacy", EndpointRole.Source, 5432)],
        Targets = [Server("nonprod", EndpointRole.Target, 5433)],
        Databases = [Mapping, .. MoreMappings],
    };

    public InspectedFacts Facts => new()
    {
        Endpoints = [SourceServer, TargetServer],
        Databases = [Source, Target, .. MoreTargets],
        Diagnostics = Findings,
    };

    public MigrationPlan Plan()
    {
        var (plan, diagnostics) = Planner.Plan(Manifest, Facts);
        return plan ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    public ImmutableArray<string> Codes() => [.. Planner.Plan(Manifest, Facts).Diagnostics.Select(diagnostic => diagnostic.Code)];

    public static DatabaseMapping Map(string from, string to, int index = 0) => new()
    {
        From = Address(from),
        To = Address(to),
        Path = $"databases[{index}]",
    };

    public static DatabaseAddress Address(string text) => new(text.Split('/')[0], text.Split('/')[1]);

    public static RelationFacts Table(string schema, string name, long bytes = 8192, long rows = 10, string owner = "shop_owner") => new()
    {
        Schema = schema,
        Name = name,
        Kind = RelationKind.Table,
        Owner = owner,
        Bytes = bytes,
        EstimatedRows = rows,
    };

    public static DatabaseFacts Absent(string endpoint, string database) => new()
    {
        Role = EndpointRole.Target,
        Address = new DatabaseAddress(endpoint, database),
        Exists = false,
    };

    public static DatabaseFacts Occupied(string endpoint, string database, string? ledger = null) => new()
    {
        Role = EndpointRole.Target,
        Address = new DatabaseAddress(endpoint, database),
        Exists = true,
        IsEmpty = false,
        LedgerPlan = ledger,
        Settings = Settings(database, "someone"),
    };

    public static DatabaseSettings Settings(string name, string owner = "shop_owner") => new()
    {
        Name = name,
        Owner = owner,
        Encoding = "UTF8",
        Collate = "C",
        Ctype = "C",
    };

    public static EndpointFacts Server(string name, EndpointRole role) => new()
    {
        Name = name,
        Role = role,
        VersionNumber = 150018,
        Login = new LoginFacts { Name = "migrator", IsSuperuser = true, CanCreateDatabases = true, CanCreateRoles = true },
        Connections = new ConnectionFacts(Max: 100, Reserved: 3, Used: 10),
        Roles = [new RoleFacts { Name = "postgres", IsSuperuser = true, CanLogin = true }],
        AvailableExtensions = ImmutableSortedDictionary<string, string>.Empty.Add("pgcrypto", "1.3").Add("plpgsql", "1.0"),
    };

    public static Endpoint Server(string name, EndpointRole role, int port) => new()
    {
        Name = name,
        Role = role,
        Path = $"{(role == EndpointRole.Source ? "sources" : "targets")}.{name}",
        Postgres = new PostgresServer("127.0.0.1", port),
        Credentials = new PasswordCredentials("migrator", new PasswordReference { Env = "PASSWORD" }),
        Tls = new TlsSettings(TlsMode.Prefer, null),
    };

    /// <summary>A login with no more rights than what is named.</summary>
    public static LoginFacts Login(bool createDatabases = false, bool createRoles = false, params string[] memberOf) => new()
    {
        Name = "weak",
        CanCreateDatabases = createDatabases,
        CanCreateRoles = createRoles,
        MemberOf = [.. memberOf],
    };
}
