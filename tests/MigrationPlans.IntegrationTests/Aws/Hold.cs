namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Holds the first fitting request, so that a test can do something while its caller waits for the answer.</summary>
/// <param name="fits">Gets the request, and the answer where it is asked for after the effect.</param>
internal sealed class Hold(Func<ScriptedRequest, string, bool> fits)
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int taken;

    public Task Reached => reached.Task;

    public bool IsOver => released.Task.IsCompleted;

    /// <summary>The request has its effect before it is held. False: it is lost, if it is one that changes something.</summary>
    public bool LetsThrough { get; init; }

    public void Release() => released.TrySetResult();

    public async Task<ScriptedAnswer> AnswerAsync(ScriptedRequest request, Func<ScriptedAnswer> answer)
    {
        var isLook = request.Action.StartsWith("Describe", StringComparison.Ordinal);
        var given = LetsThrough || isLook ? answer() : null;
        if (IsOver || !fits(request, given?.Body ?? "") || Interlocked.Exchange(ref taken, 1) == 1)
        {
            return given ?? answer();
        }

        reached.SetResult();
        await released.Task;
        return given ?? ScriptedAnswer.Error(500, "InternalFailure", "the request was lost");
    }
}
