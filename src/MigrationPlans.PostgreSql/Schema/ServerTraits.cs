using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>What the source must be asked for beside the dump.</summary>
/// <param name="InvalidIndexes">Those that a failed CREATE INDEX CONCURRENTLY left; pg_dump leaves them out.</param>
/// <param name="HasPublic">The schema of that name, with which every new database begins.</param>
/// <param name="DefaultOwner">Whom the schema public of a new database belongs to: below 15, the superuser that initdb made.</param>
internal sealed record SourceTraits(int MajorVersion, ImmutableArray<string> InvalidIndexes, bool HasPublic, string DefaultOwner)
{
    /// <summary>With connection strings, without secrets, only where the mapping copies them and they can be read.</summary>
    public ImmutableArray<Subscription> Subscriptions { get; private init; } = [];

    public bool ReadsSubscriptions { get; private init; }

    /// <summary>What is said of the schema public; null where there is none.</summary>
    public PublicSchemaFacts? Public { get; private init; }

    /// <summary>The version of the pg_dump that reads it.</summary>
    public int DumpMajor { get; init; }

    /// <summary>What the extensions that the mapping skips bring; the schema is null for what is in none.</summary>
    public ImmutableHashSet<(string? Schema, string Name)> Skipped { get; init; } = [];

    /// <summary>Those that a dump does not hold.</summary>
    public ImmutableArray<ChildColumn> ChildColumns { get; init; } = [];

    /// <summary>Of <see cref="LanguageHandlers"/>.</summary>
    public ImmutableDictionary<uint, string> Languages { get; init; } = ImmutableDictionary<uint, string>.Empty;

    /// <summary>Owners of large objects, and who gave rights on them; none where the mapping leaves large objects behind.</summary>
    public ImmutableArray<string> LargeObjectRoles { get; init; } = [];

    // Indexes of partitioned tables are invalid until each partition has its part; pg_dump carries them, all versions.
    private const string InvalidIndexSql =
        """
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE NOT i.indisvalid AND c.relkind OPERATOR(pg_catalog.=) 'i' AND n.nspname NOT LIKE 'pg\_%'
        ORDER BY 1
        """;

    // There can be millions of objects, of a few owners and lists of rights. An empty list that was text is none that the server takes apart.
    private const string LargeObjectRolesSql =
        """
        SELECT r.rolname::pg_catalog.text
        FROM pg_catalog.pg_roles r
        JOIN (SELECT o.lomowner FROM pg_catalog.pg_largeobject_metadata o
              UNION SELECT a.grantor FROM (SELECT DISTINCT o.lomacl::pg_catalog.text AS acl FROM pg_catalog.pg_largeobject_metadata o WHERE o.lomacl::pg_catalog.text OPERATOR(pg_catalog.<>) '{}') l
                     CROSS JOIN LATERAL pg_catalog.aclexplode(l.acl::pg_catalog.aclitem[]) a) u (role) ON u.role OPERATOR(pg_catalog.=) r.oid
        ORDER BY 1
        """;

    private const string DefaultOwnerSql =
        "SELECT CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 150000 THEN pg_catalog.pg_get_userbyid(10)::pg_catalog.text ELSE 'pg_database_owner' END";

    /// <exception cref="StepFailedException">The source can't be read.</exception>
    public static async Task<SourceTraits> ReadAsync(PostgresConnector connector, StepContext context, CancellationToken cancellationToken)
    {
        var from = context.Mapping.From;
        await using var source = await connector.OpenAsync(
            context.Manifest.FindSource(from.Endpoint)!, from.Database, SessionKind.SourceRead, cancellationToken);
        try
        {
            var indexes = await source.QueryAsync(InvalidIndexSql, row => row.GetString(0), cancellationToken);
            var publicSchema = await PublicSchemaLook.ReadAsync(source, cancellationToken);
            var owner = await source.QueryAsync(DefaultOwnerSql, row => row.GetString(0), cancellationToken);
            var reads = context.Mapping.Subscriptions == SubscriptionPolicy.Copy && await Subscription.IsReadableAsync(source, cancellationToken);
            return new SourceTraits(source.PostgreSqlVersion.Major, indexes, publicSchema is not null, owner.Single())
            {
                Public = publicSchema,
                Skipped = await ListSkippedAsync(source, context.Mapping.SkipExtensions, cancellationToken),
                ChildColumns = await Schema.ChildColumns.ReadAsync(source, cancellationToken),
                LargeObjectRoles = SelectionFilter.For(context.Mapping).IsEverything
                    ? await source.QueryAsync(LargeObjectRolesSql, row => row.GetString(0), cancellationToken)
                    : [],
                Languages = await LanguageHandlers.ReadAsync(source, cancellationToken),
                ReadsSubscriptions = reads,
                Subscriptions = reads
                    ? await Subscription.ListWithConnectionsAsync(source, cancellationToken)
                    : await Subscription.ListNamesAsync(source, cancellationToken),
            };
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, from.ToString());
        }
    }

    private static async Task<ImmutableHashSet<(string? Schema, string Name)>> ListSkippedAsync(
        NpgsqlConnection source, ImmutableArray<string> extensions, CancellationToken cancellationToken) =>
        extensions.IsEmpty
            ? []
            : [.. await source.QueryAsync(
                EmbeddedSql.Load("extension-members.sql"),
                row => (row.IsDBNull(0) ? null : row.GetString(0), row.GetString(1)),
                cancellationToken,
                [extensions.ToArray()])];
}

/// <summary>What decides how entries must be written for the target.</summary>
/// <param name="PublicIsFixed">The login can't change what is said of the schema public.</param>
/// <param name="Tablespaces">Those in which the login may create, and the database's own, which takes no privilege.</param>
internal sealed record TargetTraits(int MajorVersion, bool IsSuperuser, bool PublicIsFixed, ImmutableHashSet<string> Tablespaces)
{
    private const string TablespacesSql =
        """
        SELECT s.spcname::pg_catalog.text FROM pg_catalog.pg_tablespace s
        WHERE pg_catalog.has_tablespace_privilege(s.oid, 'CREATE')
           OR s.oid OPERATOR(pg_catalog.=) (SELECT d.dattablespace FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
        """;

    // Where a tablespace has no privileges of its own, only its owner may create in it.
    private const string TablespacesOfOthersSql =
        """
        SELECT r.rolname::pg_catalog.text, s.spcname::pg_catalog.text
        FROM pg_catalog.pg_tablespace s JOIN pg_catalog.pg_roles r ON NOT r.rolsuper AND pg_catalog.has_tablespace_privilege(r.oid, s.oid, 'CREATE')
        WHERE (s.spcacl IS NOT NULL OR s.spcowner OPERATOR(pg_catalog.<>) 10) AND NOT pg_catalog.has_tablespace_privilege(s.oid, 'CREATE')
        """;

    /// <summary>Roles that may create in tablespaces which the login has no part in until it acts for the owners.</summary>
    public ImmutableArray<(string Role, string Tablespace)> TablespacesOfOthers { get; private init; } = [];

    public ImmutableHashSet<string> Roles { get; private init; } = [];

    public ImmutableHashSet<string> Superusers { get; private init; } = [];

    /// <summary>What is said of a schema public that the login can't change; null where it can.</summary>
    public PublicSchemaFacts? FixedPublic { get; private init; }

    /// <summary>Of <see cref="Schema.FixedSchemas"/>.</summary>
    public ImmutableArray<FixedSchemaFacts> FixedSchemas { get; init; } = [];

    /// <summary>Providers of security labels that a dump names and the target lacks.</summary>
    public ImmutableHashSet<string> MissingLabelProviders { get; init; } = [];

    /// <summary>With the tablespaces that it takes to act for these entries' owners, as the login does before it runs them.</summary>
    public TargetTraits ActingFor(IEnumerable<SchemaEntry> entries) => TablespacesOfOthers.IsEmpty
        ? this
        : this with
        {
            Tablespaces = Tablespaces.Union(RolePlaces.Acting(entries)
                .Join(TablespacesOfOthers, role => role, pair => pair.Role, (_, pair) => pair.Tablespace, StringComparer.Ordinal)),
        };

    /// <param name="dump">What is to be fitted.</param>
    /// <exception cref="StepFailedException">The target can't be read.</exception>
    public static async Task<TargetTraits> ReadAsync(
        PostgresConnector connector, StepContext context, ImmutableArray<SchemaEntry> dump, CancellationToken cancellationToken)
    {
        var to = context.Mapping.To;
        await using var target = await connector.OpenAsync(context.Manifest.FindTarget(to.Endpoint)!, to.Database, SessionKind.Target, cancellationToken);
        try
        {
            var isSuperuser = await target.QueryAsync(
                "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user",
                row => row.GetBoolean(0),
                cancellationToken);
            var roles = await target.QueryAsync(
                "SELECT rolname::pg_catalog.text, rolsuper FROM pg_catalog.pg_roles",
                row => (Name: row.GetString(0), IsSuperuser: row.GetBoolean(1)),
                cancellationToken);
            var tablespaces = await target.QueryAsync(TablespacesSql, row => row.GetString(0), cancellationToken);
            var fixedPublic = await PublicSchemaLook.ReadAsync(target, cancellationToken) is { IsFixed: true } look ? look : null;
            return new TargetTraits(target.PostgreSqlVersion.Major, isSuperuser.Single(), fixedPublic is not null, [.. tablespaces])
            {
                FixedPublic = fixedPublic,
                TablespacesOfOthers = await target.QueryAsync(TablespacesOfOthersSql, row => (row.GetString(0), row.GetString(1)), cancellationToken),
                Roles = [.. roles.Select(role => role.Name)],
                Superusers = [.. roles.Where(role => role.IsSuperuser).Select(role => role.Name)],
                FixedSchemas = await Schema.FixedSchemas.ReadAsync(target, cancellationToken),
                MissingLabelProviders = await LabelProviders.FindMissingAsync(target, SecurityLabels.Providers(dump), cancellationToken),
            };
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, to.ToString());
        }
    }
}
