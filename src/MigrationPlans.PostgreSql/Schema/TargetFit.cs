using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Fits statements to what the target has and its login may do. Digests stay those of the source's definition.</summary>
/// <param name="present">Ids of all entries of the dump.</param>
internal sealed class TargetFit(TargetTraits target, IReadOnlySet<int> present)
{
    // One that an extension is in may be there: somebody created it with the extension, in a target that is empty otherwise.
    private const string CreateSchema = "CREATE SCHEMA ";

    private readonly SortedSet<string> missing = new(StringComparer.Ordinal);

    /// <summary>Tablespaces that entries asked for and the target does not offer; complete when all entries are adapted.</summary>
    public ImmutableArray<string> MissingTablespaces => [.. missing];

    public SchemaEntry Adapt(SchemaEntry entry)
    {
        var statements = SqlStatements.Split(entry.Sql);
        var adapted = statements.Select(statement => Adapt(entry, statement)).ToImmutableArray();
        if (entry.Kind is "TABLE" or "FOREIGN TABLE")
        {
            adapted = [.. adapted.SelectMany(statement => InheritedNotNull.Apart(statement, target.MajorVersion))];
        }

        if (target.IsSuperuser && entry.Kind == "EXTENSION")
        {
            adapted = adapted.Add(EventTriggers.PutAsleepSql(EntryNames.Unqualified(entry)));
        }

        if (EntryExclusions.IsOnMember(entry, present))
        {
            adapted = [.. adapted.Select(IfAllowed)];
        }

        if (!target.IsSuperuser && PrivilegesAsOwner.IsNeeded(entry))
        {
            adapted = PrivilegesAsOwner.Wrap(adapted, entry.Owner!, entry.Schema, target.MajorVersion);
        }

        if (!target.IsSuperuser && ServerOwner.IsNeeded(entry))
        {
            adapted = ServerOwner.Wrap(adapted, entry);
        }

        return adapted.SequenceEqual(statements, StringComparer.Ordinal) ? entry : entry with { Sql = string.Join('\n', adapted) };
    }

    private string Adapt(SchemaEntry entry, string statement)
    {
        if (StorageDefaults.NamesTablespace(statement) && StorageDefaults.TablespaceOf(statement) is var tablespace && !target.Tablespaces.Contains(tablespace))
        {
            missing.Add(tablespace);
            return StorageDefaults.NoTablespace;
        }

        if (entry.Kind == "SCHEMA" && statement.StartsWith(CreateSchema, StringComparison.Ordinal))
        {
            return $"{CreateSchema}IF NOT EXISTS {statement[CreateSchema.Length..]}";
        }

        if (!target.IsSuperuser && PublicationOwner.In(entry, statement) is { } owner)
        {
            return PublicationOwner.Wrap(statement, owner);
        }

        // Around grants that another role than the owner made. Only a superuser may take on any identity; a member can take the role.
        return target.IsSuperuser || !PostDataEntries.IsPrivilege(entry) ? statement : AsMember(statement);
    }

    /// <summary>
    /// Another version of the extension may do without the object. And a superuser may own what the extension brings, who has given others
    /// rights on the source: the comparison at the end says what is lacking.
    /// </summary>
    private static string IfAllowed(string statement) =>
        statement.StartsWith("SET SESSION ", StringComparison.Ordinal) || statement.StartsWith("RESET ", StringComparison.Ordinal)
            ? statement
            : $"DO {SqlText.Literal($"BEGIN {statement} EXCEPTION WHEN insufficient_privilege OR undefined_table OR undefined_function OR undefined_column OR invalid_schema_name THEN NULL; END")};";

    private static string AsMember(string statement) => statement switch
    {
        "RESET SESSION AUTHORIZATION;" => "RESET ROLE;",
        _ when statement.StartsWith("SET SESSION AUTHORIZATION ", StringComparison.Ordinal) => $"SET ROLE {statement["SET SESSION AUTHORIZATION ".Length..]}",
        _ => statement,
    };
}
