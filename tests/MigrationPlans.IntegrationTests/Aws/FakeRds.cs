using System.Collections.Concurrent;
using System.Globalization;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>
/// Several accounts of RDS behind <see cref="ScriptedAws"/>, stricter than the emulator: states take their time, a snapshot is seen by
/// another account only when shared, copies want what the manual says. Callers are told apart by their access key.
/// </summary>
internal sealed class FakeRds
{
    public const string OwnAccount = "333333333333";
    private const string RoleKey = "ASIA";

    private readonly Lock gate = new();
    private readonly Dictionary<(string Account, string Region, string Name), FakeResource> instances = [];
    private readonly Dictionary<(string Account, string Region, string Name), FakeResource> snapshots = [];

    /// <summary>Calls that had an effect, by action and place: <c>CopyDBSnapshot 222222222222/eu-west-1/name</c>.</summary>
    public ConcurrentQueue<string> Effects { get; } = new();

    /// <summary>What comes about is not available yet.</summary>
    public bool IsSlow { get; set; }

    public void AddInstance(string account, string region, string name, string? key = null) =>
        AddInstance(account, region, new FakeResource(name, "available") { KmsKeyId = key });

    public void AddInstance(string account, string region, FakeResource instance)
    {
        lock (gate)
        {
            instances[(account, region, instance.Name)] = instance;
        }
    }

    public void SetStatus(string account, string region, string name, string status)
    {
        lock (gate)
        {
            Instance(account, region, name).Status = status;
        }
    }

    /// <summary>From all instances and snapshots.</summary>
    public void RemoveTag(string key)
    {
        lock (gate)
        {
            foreach (var resource in instances.Values.Concat(snapshots.Values))
            {
                resource.RemoveTag(key);
            }
        }
    }

    public void RemoveInstance(string account, string region, string name)
    {
        lock (gate)
        {
            instances.Remove((account, region, name));
        }
    }

    public void RemoveSnapshots(string account, string region)
    {
        lock (gate)
        {
            foreach (var key in snapshots.Keys.Where(key => key.Account == account && key.Region == region).ToList())
            {
                snapshots.Remove(key);
            }
        }
    }

    /// <summary>The accounts that any snapshot there is shared with.</summary>
    public IReadOnlyList<string> Shares(string account, string region)
    {
        lock (gate)
        {
            return [.. snapshots.Where(entry => entry.Key.Account == account && entry.Key.Region == region).SelectMany(entry => entry.Value.SharedWith)];
        }
    }

    /// <summary>Everything that was begun is available now.</summary>
    public void Finish()
    {
        lock (gate)
        {
            IsSlow = false;
            foreach (var resource in instances.Values.Concat(snapshots.Values))
            {
                resource.Status = "available";
            }
        }
    }

    public IReadOnlyList<string> Snapshots(string account, string region) => Names(snapshots, account, region);

    public IReadOnlyList<string> Instances(string account, string region) => Names(instances, account, region);

    /// <summary>Instances and snapshots, as <c>account/region/name</c>.</summary>
    public IReadOnlyList<string> All()
    {
        lock (gate)
        {
            return [.. instances.Keys.Concat(snapshots.Keys).Select(key => $"{key.Account}/{key.Region}/{key.Name}")];
        }
    }

    public FakeResource Instance(string account, string region, string name) => instances[(account, region, name)];

    public ScriptedAnswer Answer(ScriptedRequest request)
    {
        var scope = request.Scope.Split('/');
        var (account, region) =
            (scope[0].StartsWith(RoleKey, StringComparison.Ordinal) ? scope[0][RoleKey.Length..] : OwnAccount, scope.ElementAtOrDefault(2) ?? "");
        lock (gate)
        {
            return request.Action switch
            {
                "AssumeRole" => ScriptedAnswer.Role($"{RoleKey}{request.Fields["RoleArn"].Split(':')[4]}", DateTimeOffset.UtcNow.AddHours(1)),
                "GetCallerIdentity" => ScriptedAnswer.Identity($"arn:aws:sts::{account}:assumed-role/mover/migplan"),
                "DescribeDBInstances" => Describe(instances, "DBInstance", account, region, request.Fields.GetValueOrDefault("DBInstanceIdentifier")),
                "DescribeDBSnapshots" => Describe(snapshots, "DBSnapshot", account, region, request.Fields["DBSnapshotIdentifier"]),
                "CreateDBSnapshot" => Create(request, account, region),
                "ModifyDBSnapshotAttribute" => Share(request, account, region),
                "CopyDBSnapshot" => Copy(request, account, region),
                "RestoreDBInstanceFromDBSnapshot" => Restore(request, account, region),
                "DeleteDBSnapshot" => Delete(request, snapshots, "DBSnapshot", account, region),
                "DeleteDBInstance" => Delete(request, instances, "DBInstance", account, region),
                _ => ScriptedAnswer.Error(400, "InvalidAction", request.Action),
            };
        }
    }

    private ScriptedAnswer Create(ScriptedRequest request, string account, string region)
    {
        var source = instances[(account, region, request.Fields["DBInstanceIdentifier"])];
        if (source.Status != "available")
        {
            return ScriptedAnswer.Error(400, "InvalidDBInstanceState", $"is {source.Status}");
        }

        source.Status = IsSlow ? "backing-up" : "available";
        return Begin(
            request, snapshots, "DBSnapshot", account, region, new FakeResource(request.Fields["DBSnapshotIdentifier"], "") { KmsKeyId = source.KmsKeyId });
    }

    private ScriptedAnswer Share(ScriptedRequest request, string account, string region)
    {
        var name = request.Fields["DBSnapshotIdentifier"];
        var shares = snapshots[(account, region, name)].SharedWith;
        if (request.Fields.TryGetValue("ValuesToAdd.AttributeValue.1", out var added))
        {
            shares.Add(added);
        }

        if (request.Fields.TryGetValue("ValuesToRemove.AttributeValue.1", out var removed))
        {
            shares.Remove(removed);
        }

        Effects.Enqueue($"{request.Action} {account}/{region}/{name}");
        return new ScriptedAnswer(200, "<ModifyDBSnapshotAttributeResponse><ModifyDBSnapshotAttributeResult/></ModifyDBSnapshotAttributeResponse>");
    }

    private ScriptedAnswer Copy(ScriptedRequest request, string account, string region)
    {
        var arn = request.Fields["SourceDBSnapshotIdentifier"].Split(':');
        var (sourceRegion, sourceAccount, name) = (arn[3], arn[4], arn[6]);
        var isElsewhere = sourceRegion != region || sourceAccount != account;
        if (!snapshots.TryGetValue((sourceAccount, sourceRegion, name), out var source) || (sourceAccount != account && !source.SharedWith.Contains(account)))
        {
            return ScriptedAnswer.Error(404, "DBSnapshotNotFound", "no such snapshot, or it is not shared");
        }

        return source switch
        {
            { Status: not "available" } => ScriptedAnswer.Error(400, "InvalidDBSnapshotState", source.Status),
            { KmsKeyId: not null } when isElsewhere && !request.Fields.ContainsKey("KmsKeyId") =>
                ScriptedAnswer.Error(400, "KMSKeyNotAccessibleFault", "no key"),
            { KmsKeyId: not null } when sourceRegion != region && !request.Fields.ContainsKey("PreSignedUrl") =>
                ScriptedAnswer.Error(400, "InvalidParameterCombination", "no URL"),
            _ => Begin(
                request, snapshots, "DBSnapshot", account, region,
                new FakeResource(request.Fields["TargetDBSnapshotIdentifier"], "")
                {
                    KmsKeyId = request.Fields.GetValueOrDefault("KmsKeyId") ?? source.KmsKeyId,
                }),
        };
    }

    private ScriptedAnswer Restore(ScriptedRequest request, string account, string region) =>
        snapshots.TryGetValue((account, region, request.Fields["DBSnapshotIdentifier"]), out var source) && source.Status == "available"
            ? Begin(request, instances, "DBInstance", account, region, Restored(request.Fields, source))
            : ScriptedAnswer.Error(404, "DBSnapshotNotFound", "no such snapshot");

    /// <summary>Whatever is not asked for has its default: a snapshot holds data and key alone.</summary>
    private static FakeResource Restored(IReadOnlyDictionary<string, string> fields, FakeResource source) => new(fields["DBInstanceIdentifier"], "")
    {
        KmsKeyId = source.KmsKeyId,
        IsPublic = fields["PubliclyAccessible"],
        ParameterGroup = fields.GetValueOrDefault("DBParameterGroupName") ?? "default.postgres15",
        UsesIam = fields.GetValueOrDefault("EnableIAMDatabaseAuthentication") == "true",
        CopiesTags = fields.GetValueOrDefault("CopyTagsToSnapshot") == "true",
        IsProtected = fields.GetValueOrDefault("DeletionProtection") == "true",
        LogExport = fields.GetValueOrDefault("EnableCloudwatchLogsExports.member.1"),
    };

    private ScriptedAnswer Begin(
        ScriptedRequest request,
        Dictionary<(string Account, string Region, string Name), FakeResource> all,
        string kind,
        string account,
        string region,
        FakeResource resource)
    {
        resource.Status = IsSlow ? "creating" : "available";
        resource.ReadTags(request.Fields);
        if (!all.TryAdd((account, region, resource.Name), resource))
        {
            return ScriptedAnswer.Error(400, $"{kind}AlreadyExists", "exists");
        }

        Effects.Enqueue($"{request.Action} {account}/{region}/{resource.Name}");
        return new ScriptedAnswer(
            200,
            $"<{request.Action}Response><{request.Action}Result>{resource.ToXml(kind, account, region)}</{request.Action}Result></{request.Action}Response>");
    }

    private ScriptedAnswer Delete(
        ScriptedRequest request, Dictionary<(string Account, string Region, string Name), FakeResource> all, string kind, string account, string region)
    {
        var name = request.Fields[$"{kind}Identifier"];
        if (all[(account, region, name)].Status == "deleting")
        {
            return ScriptedAnswer.Error(400, $"Invalid{kind}State", $"{name} is already being deleted.");
        }

        all.Remove((account, region, name));
        Effects.Enqueue($"{request.Action} {account}/{region}/{name}");
        return new ScriptedAnswer(200, $"<{request.Action}Response><{request.Action}Result/></{request.Action}Response>");
    }

    private static ScriptedAnswer Describe(
        Dictionary<(string Account, string Region, string Name), FakeResource> all, string kind, string account, string region, string? name)
    {
        var found = all.Where(entry => entry.Key.Account == account && entry.Key.Region == region && (name is null || entry.Key.Name == name)).ToList();
        return found.Count == 0 && name is not null
            ? ScriptedAnswer.Error(404, $"{kind}NotFound", string.Create(CultureInfo.InvariantCulture, $"{name} not found"))
            : new ScriptedAnswer(200, $"<Describe{kind}sResponse><Describe{kind}sResult><{kind}s>{string.Concat(found.Select(entry => entry.Value.ToXml(kind, account, region)))}</{kind}s></Describe{kind}sResult></Describe{kind}sResponse>");
    }

    private List<string> Names(Dictionary<(string Account, string Region, string Name), FakeResource> all, string account, string region)
    {
        lock (gate)
        {
            return [.. all.Keys.Where(key => key.Account == account && key.Region == region).Select(key => key.Name)];
        }
    }
}
