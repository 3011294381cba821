using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Tests.Cli;

/// <summary>Servers that are not there: an inspector that sees what the test says, handlers that keep effects in memory.</summary>
internal sealed class FakeParts : IRunParts, IInspector, IResourceRemover
{
    /// <summary>Each was started at its own moment.</summary>
    private static readonly string[] Hosts = ["old.internal", "new.internal", "other.internal"];

    public ConcurrentDictionary<string, bool> Effects { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Acts { get; } = new();

    public List<string> Removed { get; } = [];

    /// <summary>Called in each act; throws as the test likes.</summary>
    public Action<Step> Act { get; set; } = _ => { };

    /// <summary>Free connections of the target.</summary>
    public int TargetRoom { get; set; } = 96;

    /// <summary>False: the inspector can't reach the target.</summary>
    public bool TargetAnswers { get; set; } = true;

    /// <summary>What the inspector says of databases that it looks at.</summary>
    public ImmutableArray<Diagnostic> Findings { get; set; } = [];

    /// <summary>Of each server; null where it says none.</summary>
    public Func<Endpoint, string?> SystemIdentifier { get; set; } = endpoint => endpoint.Postgres?.Host;

    /// <summary>Of each target database; null where nobody asked.</summary>
    public uint? Oid { get; set; }

    /// <summary>Those that are made with each database, whose name follows theirs.</summary>
    public ImmutableArray<string> Roles { get; set; } = [];

    /// <summary>What becomes of each resource that is to be removed; throws as the test likes.</summary>
    public Func<CreatedResource, RemovalResult> Remove { get; set; } = _ => new RemovalResult(IsGone: true, "gone");

    /// <summary>Hears of each resource that is to be removed whether the step that made it had ended.</summary>
    public Action<bool> Confirm { get; set; } = _ => { };

    /// <summary>Of each resource that was to be removed.</summary>
    public List<ResourceStanding> Standings { get; } = [];

    public Action<LongWait>? TellWait { get; set; }

    public IInspector Inspector => this;

    public IDatabaseVerifier Verifier => throw new NotSupportedException();

    public IInstanceVerifier InstanceVerifier => throw new NotSupportedException();

    public IResourceRemover Remover => this;

    public ImmutableArray<IStepHandler> Handlers =>
    [
        new Handler<PreflightStep>(this), new Handler<CreateRolesStep>(this), new Handler<FenceSourceStep>(this), new Handler<CreateDatabaseStep>(this),
        new Handler<RestoreSchemaStep>(this), new Handler<CopyDataStep>(this), new Handler<RestoreConstraintsStep>(this), new Handler<SetSequencesStep>(this),
        new Handler<RefreshViewsStep>(this), new Handler<ApplySettingsStep>(this), new Handler<AnalyzeStep>(this), new Handler<VerifyStep>(this),
    ];

    /// <summary>The databases that were looked at on an endpoint of the manifest.</summary>
    public ConcurrentQueue<string> Looks { get; } = new();

    public Task<InspectedFacts> InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var address in manifest.Databases
            .SelectMany(mapping => new[] { mapping.From, mapping.To })
            .Where(address => manifest.Sources.Concat(manifest.Targets).Any(endpoint => endpoint.Name == address.Endpoint)))
        {
            Looks.Enqueue(address.ToString());
        }

        return Task.FromResult(See(manifest));
    }

    private InspectedFacts See(MigrationManifest manifest) => new()
    {
        Diagnostics = [.. Findings.Where(finding => manifest.Databases.Any(mapping => mapping.Address == finding.Subject
            || mapping.From.ToString() == finding.Subject))],
        Endpoints = [.. manifest.Sources.Concat(TargetAnswers ? manifest.Targets : []).Select(Server)],
        Databases =
        [
            .. manifest.Databases.Select(mapping => Database(EndpointRole.Source, mapping.From, exists: true)),
            .. manifest.Databases.Select(mapping => Database(EndpointRole.Target, mapping.To, Effects.ContainsKey($"{mapping.Address}:create-database")) with
            {
                Oid = Oid,
                IsEmpty = !Effects.ContainsKey($"{mapping.Address}:verify"),
            }),
        ],
    };

    public Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken)
    {
        Confirm(standing != ResourceStanding.Unconfirmed);
        Standings.Add(standing);
        var result = Remove(resource);
        if (result.IsGone)
        {
            Removed.Add($"{resource.Kind} {resource.Endpoint}/{resource.Name}");
            Forget($"{resource.Endpoint}/{resource.Name}");
        }

        return Task.FromResult(result);
    }

    /// <summary>Takes all effects on a target away.</summary>
    public void Forget(string address)
    {
        foreach (var effect in Effects.Keys.Where(id => id.StartsWith($"{address}:", StringComparison.Ordinal)))
        {
            Effects.TryRemove(effect, out _);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private EndpointFacts Server(Endpoint endpoint) => new()
    {
        Name = endpoint.Name,
        Role = endpoint.Role,
        VersionNumber = 150018,
        Identity = new ServerIdentity(SystemIdentifier(endpoint), Array.IndexOf(Hosts, endpoint.Postgres?.Host)),
        Login = new LoginFacts { Name = "u", IsSuperuser = true },
        Connections = new ConnectionFacts(100, 3, endpoint.Role == EndpointRole.Source ? 1 : 97 - TargetRoom),
    };

    private static DatabaseFacts Database(EndpointRole role, DatabaseAddress address, bool exists) => new()
    {
        Role = role,
        Address = address,
        Exists = exists,
        Settings = exists ? new DatabaseSettings { Name = address.Database, Owner = "u", Encoding = "UTF8", Collate = "C", Ctype = "C" } : null,
    };

    private sealed class Handler<TStep>(FakeParts world) : StepHandler<TStep>
        where TStep : Step
    {
        protected override Task<StepObservation> ObserveAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
            Task.FromResult(world.Effects.ContainsKey(step.Id) ? StepObservation.Done("is there") : StepObservation.NotDone("is not there"));

        protected override async Task<StepResult> ActAsync(TStep step, StepContext context, CancellationToken cancellationToken)
        {
            world.Acts.Enqueue(step.Id);
            if (step is FenceSourceStep)
            {
                await context.RecordCreatedAsync(new CreatedResource("fence", context.Mapping.From.Endpoint, context.Mapping.From.Database));
            }

            if (step is CreateDatabaseStep)
            {
                var server = context.Manifest.FindTarget(context.Mapping.To.Endpoint)!;
                var database = context.Mapping.To.Database;
                await context.RecordCreatedAsync(new CreatedResource("database", server.Name, database)
                {
                    SystemIdentifier = world.SystemIdentifier(server),
                    DatabaseOid = world.Oid,
                });
                await context.RecordCreatedAsync([.. world.Roles.Select(role => new CreatedResource("role", server.Name, role + database))]);
            }

            world.Act(step);
            world.Effects[step.Id] = true;
            return new StepResult($"did {step.Kind}");
        }
    }
}
