using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>Binds an item of <c>databases</c>.</summary>
internal static class MappingBinder
{
    /// <summary>Stands where no address can be made out.</summary>
    public static DatabaseAddress NoAddress { get; } = new("", "");

    public static DatabaseMapping Bind(MappingNode node, string path)
    {
        var mapping = new DatabaseMapping { From = Address(node["from"]), To = Address(node["to"]), Path = path };
        return mapping with
        {
            Strategy = NodeValues.Enumeration<Strategy>(node, "strategy") ?? mapping.Strategy,
            Include = Selection(NodeValues.Mapping(node, "include")),
            Exclude = Selection(NodeValues.Mapping(node, "exclude")),
            OnExisting = NodeValues.Enumeration<OnExisting>(node, "onExisting") ?? mapping.OnExisting,
            Fence = NodeValues.Enumeration<Fence>(node, "fence") ?? mapping.Fence,
            Verify = NodeValues.Enumeration<VerificationLevel>(node, "verify") ?? mapping.Verify,
            Roles = Roles(NodeValues.Mapping(node, "roles")),
            SkipExtensions = NodeValues.List(NodeValues.Mapping(node, "extensions"), "skip"),
            Publications = NodeValues.Enumeration<PublicationPolicy>(node, "publications"),
            Subscriptions = NodeValues.Enumeration<SubscriptionPolicy>(node, "subscriptions"),
            Statistics = NodeValues.Enumeration<StatisticsPolicy>(node, "statistics"),
            Parallelism = NodeValues.Integer(node, "parallelism"),
            CrossBoundaryForeignKeys = NodeValues.Enumeration<CrossBoundaryForeignKeys>(node, "crossBoundaryForeignKeys") ?? mapping.CrossBoundaryForeignKeys,
            Archive = Archive(NodeValues.Mapping(node, "archive")),
        };
    }

    /// <summary><c>endpoint/database</c> with exactly one slash, or the two apart.</summary>
    public static DatabaseAddress Address(ManifestNode? node)
    {
        switch (node)
        {
            case ScalarNode { IsBroken: false } scalar when scalar.Text.Split('/') is [{ Length: > 0 } endpoint, { Length: > 0 } database]:
                return new DatabaseAddress(endpoint, database);
            case MappingNode mapping
                when NodeValues.Text(mapping, "endpoint") is { Length: > 0 } endpoint && NodeValues.Text(mapping, "database") is { Length: > 0 } database:
                return new DatabaseAddress(endpoint, database);
            default:
                return NoAddress;
        }
    }

    private static Selection? Selection(MappingNode? node)
    {
        var selection = new Selection
        {
            Schemas = NodeValues.List(node, "schemas"),
            Tables = NodeValues.List(node, "tables"),
            TableData = NodeValues.List(node, "tableData"),
        };
        // An empty selection excludes nothing; an empty `include` is an error.
        return selection is { Schemas.IsEmpty: true, Tables.IsEmpty: true, TableData.IsEmpty: true } ? null : selection;
    }

    private static RolePolicy Roles(MappingNode? node) => new()
    {
        Create = NodeValues.Enumeration<RoleCreation>(node, "create") ?? RoleCreation.Missing,
        Passwords = NodeValues.Enumeration<RolePasswordPolicy>(node, "passwords"),
        Map = NodeValues.Map(node, "map"),
    };

    private static ArchiveSettings Archive(MappingNode? node) => new()
    {
        Directory = NodeValues.Text(node, "directory"),
        Format = NodeValues.Enumeration<ArchiveFormat>(node, "format") ?? ArchiveFormat.Directory,
        Compression = NodeValues.Text(node, "compression"),
        Keep = NodeValues.Boolean(node, "keep") ?? false,
    };
}
