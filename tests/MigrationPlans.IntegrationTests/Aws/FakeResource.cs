namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A snapshot or an instance of <see cref="FakeRds"/>.</summary>
internal sealed class FakeResource(string name, string status)
{
    private readonly List<(string Key, string Value)> tags = [];

    public string Name { get; } = name;

    public string Status { get; set; } = status;

    public string? KmsKeyId { get; init; }

    public string ParameterGroup { get; init; } = "default.postgres15";

    public bool UsesIam { get; init; }

    public bool CopiesTags { get; init; }

    public bool IsProtected { get; init; }

    public string? LogExport { get; init; }

    /// <summary>As it was asked for.</summary>
    public string IsPublic { get; init; } = "false";

    public HashSet<string> SharedWith { get; } = new(StringComparer.Ordinal);

    public void ReadTags(IReadOnlyDictionary<string, string> fields)
    {
        for (var i = 1; fields.TryGetValue($"Tags.Tag.{i}.Key", out var key); i++)
        {
            tags.Add((key, fields[$"Tags.Tag.{i}.Value"]));
        }
    }

    public void RemoveTag(string key) => tags.RemoveAll(tag => tag.Key == key);

    /// <param name="kind"><c>DBSnapshot</c> or <c>DBInstance</c>.</param>
    public string ToXml(string kind, string account, string region) =>
        $"""
        <{kind}><{kind}Identifier>{Name}</{kind}Identifier>
        <{kind}Arn>arn:aws:rds:{region}:{account}:{(kind == "DBInstance" ? "db" : "snapshot")}:{Name}</{kind}Arn>
        <{(kind == "DBInstance" ? "DBInstanceStatus" : "Status")}>{Status}</{(kind == "DBInstance" ? "DBInstanceStatus" : "Status")}>
        <DBInstanceClass>db.t3.medium</DBInstanceClass><Engine>postgres</Engine><EngineVersion>15.8</EngineVersion><AllocatedStorage>20</AllocatedStorage>
        {(kind == "DBInstance" ? $"<PubliclyAccessible>{IsPublic}</PubliclyAccessible>" : "<SnapshotCreateTime>2026-01-12T09:30:00.000Z</SnapshotCreateTime>")}
        {(KmsKeyId is null ? "" : $"<KmsKeyId>{KmsKeyId}</KmsKeyId><StorageEncrypted>true</StorageEncrypted><Encrypted>true</Encrypted>")}
        <DBParameterGroups><DBParameterGroup><DBParameterGroupName>{ParameterGroup}</DBParameterGroupName></DBParameterGroup></DBParameterGroups>
        <IAMDatabaseAuthenticationEnabled>{UsesIam}</IAMDatabaseAuthenticationEnabled><CopyTagsToSnapshot>{CopiesTags}</CopyTagsToSnapshot>
        <DeletionProtection>{IsProtected}</DeletionProtection>
        <EnabledCloudwatchLogsExports>{(LogExport is null ? "" : $"<member>{LogExport}</member>")}</EnabledCloudwatchLogsExports>
        <TagList>{string.Concat(tags.Select(tag => $"<Tag><Key>{tag.Key}</Key><Value>{tag.Value}</Value></Tag>"))}</TagList></{kind}>
        """;
}
