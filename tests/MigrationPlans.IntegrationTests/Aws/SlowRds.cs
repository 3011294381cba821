using System.Collections.Concurrent;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A script for <see cref="ScriptedAws"/>: snapshots that take a few looks to come about, as they do at AWS.</summary>
internal sealed class SlowRds
{
    private readonly ConcurrentDictionary<string, int> looks = new(StringComparer.Ordinal);

    public int LooksUntilAvailable { get; set; } = 4;

    /// <summary>The state that a snapshot ends in.</summary>
    public string FinalStatus { get; set; } = "available";

    /// <summary>The first create is carried out, but its answer does not arrive.</summary>
    public bool LosesFirstAnswer { get; set; }

    /// <summary>Creates that are refused, because something else began on the source after it was looked at.</summary>
    public int RefusedCreates { get; set; }

    /// <summary>Looks, from the second one after the create on, that are answered with an error.</summary>
    public int FailingLooks { get; set; }

    public bool Vanishes { get; set; }

    public ScriptedAnswer Answer(ScriptedRequest request) => request.Action switch
    {
        "CreateDBSnapshot" => Create(request.Fields["DBSnapshotIdentifier"]),
        "DescribeDBSnapshots" => Describe(request.Fields["DBSnapshotIdentifier"]),
        "DescribeDBInstances" => ScriptedAnswer.Instances(null, request.Fields["DBInstanceIdentifier"]),
        "GetCallerIdentity" => ScriptedAnswer.Identity("arn:aws:iam::333333333333:user/me"),
        _ => new ScriptedAnswer(200, $"<{request.Action}Response><{request.Action}Result/></{request.Action}Response>"),
    };

    private ScriptedAnswer Create(string identifier)
    {
        if (RefusedCreates-- > 0)
        {
            return ScriptedAnswer.Error(400, "InvalidDBInstanceState", "is backing-up");
        }

        if (!looks.TryAdd(identifier, 0))
        {
            return ScriptedAnswer.Error(400, "DBSnapshotAlreadyExists", "exists");
        }

        return LosesFirstAnswer ? ScriptedAnswer.Error(500, "InternalFailure", "lost") : Snapshot(identifier, "creating", 0, "CreateDBSnapshotResponse");
    }

    private ScriptedAnswer Describe(string identifier)
    {
        if (!looks.TryGetValue(identifier, out var seen))
        {
            return ScriptedAnswer.Error(404, "DBSnapshotNotFound", "none");
        }

        looks[identifier] = ++seen;
        if (seen >= 2 && FailingLooks-- > 0)
        {
            return ScriptedAnswer.Error(503, "ServiceUnavailable", "later");
        }

        if (Vanishes && seen > 2)
        {
            looks.TryRemove(identifier, out _);
        }

        return seen >= LooksUntilAvailable
            ? Snapshot(identifier, FinalStatus, 100, "DescribeDBSnapshotsResponse")
            : Snapshot(identifier, "creating", seen * 10, "DescribeDBSnapshotsResponse");
    }

    private static ScriptedAnswer Snapshot(string identifier, string status, int percent, string answer)
    {
        var snapshot =
            $"""
            <DBSnapshot><DBSnapshotIdentifier>{identifier}</DBSnapshotIdentifier><Status>{status}</Status><PercentProgress>{percent}</PercentProgress>
            <TagList><Tag><Key>migplan:plan</Key><Value>slow</Value></Tag><Tag><Key>migplan:lineage</Key><Value>l1neage</Value></Tag></TagList></DBSnapshot>
            """;
        var name = answer.Replace("Response", "Result", StringComparison.Ordinal);
        return new ScriptedAnswer(
            200,
            $"<{answer}><{name}>{(answer.StartsWith("Describe", StringComparison.Ordinal) ? $"<DBSnapshots>{snapshot}</DBSnapshots>" : snapshot)}</{name}></{answer}>");
    }
}
