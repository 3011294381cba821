using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;

namespace MigrationPlans.Cli.Runs;

/// <summary>What touches servers, for one manifest and one run.</summary>
internal interface IRunParts : IAsyncDisposable
{
    /// <summary>Hears what a long wait outside of steps is for; null for nobody.</summary>
    Action<LongWait>? TellWait { get; set; }

    IInspector Inspector { get; }

    IDatabaseVerifier Verifier { get; }

    /// <summary>For manifests that move instances.</summary>
    IInstanceVerifier InstanceVerifier { get; }

    IResourceRemover Remover { get; }

    /// <summary>One for each kind of step that this version carries out.</summary>
    ImmutableArray<IStepHandler> Handlers { get; }
}
