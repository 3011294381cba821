namespace MigrationPlans.PostgreSql.Schema;

/// <summary>How entries of pg_dump's kinds hang together.</summary>
internal static class EntryKinds
{
    public static bool IsTable(SchemaEntry entry) => entry.Kind is "TABLE" or "FOREIGN TABLE";

    public static bool IsRelation(SchemaEntry entry) => entry.Kind is "TABLE" or "FOREIGN TABLE" or "VIEW" or "MATERIALIZED VIEW";

    /// <summary>Parts of tables and views: they come and go with what they hang on.</summary>
    public static bool IsPart(SchemaEntry entry) => entry.Kind is
        "INDEX" or "CONSTRAINT" or "CHECK CONSTRAINT" or "FK CONSTRAINT" or "INDEX ATTACH" or "TABLE ATTACH" or "TRIGGER" or "RULE"
        or "POLICY" or "ROW SECURITY" or "STATISTICS" or "DEFAULT" or "PUBLICATION TABLE" or "PUBLICATION TABLES IN SCHEMA";

    /// <summary>Says something about one object: wanted wherever that object is.</summary>
    public static bool IsRemark(SchemaEntry entry) => entry.Kind is
        "COMMENT" or "SECURITY LABEL" or "ACL" or "ACL LANGUAGE" or "SEQUENCE OWNED BY" or "USER MAPPING";

    /// <summary>Stand outside all schemas, but serve the objects that they depend on.</summary>
    public static bool IsGlue(SchemaEntry entry) => entry.Kind is "TRANSFORM" or "EVENT TRIGGER";

    /// <summary>A view that stands in for one whose real definition comes later, in a rule.</summary>
    public static bool IsPostponedDefinition(SchemaEntry entry) => entry.Kind == "RULE" && entry.Tag.EndsWith(" _RETURN", StringComparison.Ordinal);
}
