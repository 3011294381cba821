using System.Net.Sockets;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Looks whether the new instance is what it should be, each time anew.</summary>
internal sealed class VerifyInstanceHandler(AwsSession session) : InstanceStepHandler<VerifyInstanceStep>(session)
{
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(5);

    protected override Task<StepObservation> LookAsync(VerifyInstanceStep step, StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(StepObservation.NotDone("verified on each run"));

    protected override async Task<StepResult> WorkAsync(VerifyInstanceStep step, StepContext context, CancellationToken cancellationToken)
    {
        var instance = await RdsInstances.GetAsync(Target(step, context), step.Instance, cancellationToken);
        Ours(RdsResource.Of(instance, step.Region), step, context);
        if (Differences(step, instance).ToList() is { Count: > 0 } differences)
        {
            throw new StepFailedException(
                SnapshotDiagnostics.InstanceDiffers(step.Instance, step.Region, string.Join("; ", differences)), FailureClass.Difference);
        }

        var result = new StepResult(
            $"{instance.Engine} {instance.EngineVersion}, {instance.AllocatedStorage} GiB{(instance.StorageEncrypted == true ? ", encrypted" : "")}");
        return instance.Endpoint is { Address: { } host, Port: { } port } && !await AnswersAsync(host, port, cancellationToken)
            ? result with { Notes = [SnapshotDiagnostics.NotReached(step.Instance, host, port)] }
            : result;
    }

    /// <summary>The work is itself the verification.</summary>
    protected override Task VerifyAsync(VerifyInstanceStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    internal static IEnumerable<string> Differences(VerifyInstanceStep step, DBInstance instance)
    {
        // A nightly backup or a change made online is what any instance is in now and then.
        if (!InstanceChecks.Listens(instance))
        {
            yield return $"is `{instance.DBInstanceStatus}`";
        }

        if (instance.Engine != step.Engine || instance.EngineVersion != step.EngineVersion)
        {
            yield return $"runs {instance.Engine} {instance.EngineVersion}, not {step.Engine} {step.EngineVersion}";
        }

        if ((instance.AllocatedStorage ?? 0) < step.AllocatedStorage)
        {
            yield return $"has {instance.AllocatedStorage ?? 0} GiB, not {step.AllocatedStorage}";
        }

        if (step.IsEncrypted && instance.StorageEncrypted != true)
        {
            yield return "is not encrypted";
        }

        // RDS keeps names of groups in lower case.
        if (step.ParameterGroup is { } group && !instance.DBParameterGroups.Contains(group, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"has parameter group {string.Join(", ", instance.DBParameterGroups.DefaultIfEmpty("none"))}, not {group}";
        }

        // An alias can't be compared with the key that the instance shows.
        if (step.KmsKeyId is { } key
            && !key.Contains("alias/", StringComparison.Ordinal)
            && instance.KmsKeyId?.EndsWith(key.Split('/')[^1], StringComparison.Ordinal) != true)
        {
            yield return $"is encrypted with {instance.KmsKeyId ?? "no key"}, not {key}";
        }
    }

    private static async Task<bool> AnswersAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Reach);
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
