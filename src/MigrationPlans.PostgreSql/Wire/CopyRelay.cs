using System.Collections.Immutable;
using System.Globalization;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>A COPY … TO STDOUT and the COPY … FROM STDIN that takes its rows.</summary>
/// <param name="Out">Statements may follow the COPY in the same text.</param>
internal sealed record CopyPair(string Out, string In);

/// <param name="Rows">As the command tags of both servers count them.</param>
/// <param name="Bytes">Of its rows in COPY's format.</param>
/// <param name="Followed">The command tags of the source's statements after the COPY.</param>
internal sealed record CopyTotals(long Rows, long Bytes, ImmutableArray<string> Followed);

/// <summary>
/// Lets rows flow from one server into the other. What a COPY TO sends is what a COPY FROM takes, so rows pass unparsed; only
/// the messages around them are packed anew. All statements of a batch are sent ahead, so that a hundred small tables cost
/// about one round trip.
/// </summary>
internal static class CopyRelay
{
    /// <inheritdoc cref="RunAsync(WireConnection, WireConnection, string, IReadOnlyList{CopyPair}, Action{int, long}?, CancellationToken)"/>
    public static Task<ImmutableArray<CopyTotals>> RunAsync(
        WireConnection source, WireConnection target, string before, IReadOnlyList<CopyPair> pairs, CancellationToken cancellationToken) =>
        RunAsync(source, target, before, pairs, passed: null, cancellationToken);

    /// <summary>Runs the pairs in order. After a failure neither connection can be used again.</summary>
    /// <param name="source">Reads; in the snapshot's transaction.</param>
    /// <param name="target">Writes.</param>
    /// <param name="before">Sent ahead to the target: <c>BEGIN; TRUNCATE …</c>. Empty for none.</param>
    /// <param name="pairs">At least one; together short enough (a few hundred) for the servers' socket buffers.</param>
    /// <param name="passed">Told the index of the pair and a number of bytes, each time some have passed; null for none.</param>
    /// <param name="cancellationToken">Gives up at once; dispose both connections then.</param>
    /// <exception cref="WireException">Either server refused; the first error is the one that is thrown.</exception>
    public static async Task<ImmutableArray<CopyTotals>> RunAsync(
        WireConnection source,
        WireConnection target,
        string before,
        IReadOnlyList<CopyPair> pairs,
        Action<int, long>? passed,
        CancellationToken cancellationToken)
    {
        var taking = new CopyTarget(target);
        var packer = new CopyDataPacker();
        await source.SendAsync(Concatenate(pairs.Select(pair => FrontendMessages.Query(pair.Out))), cancellationToken);
        if (before.Length > 0)
        {
            await taking.BeginAsync(before, cancellationToken);
        }

        var totals = ImmutableArray.CreateBuilder<CopyTotals>(pairs.Count);
        foreach (var pair in pairs)
        {
            await taking.QueryAsync(pair.In, cancellationToken);
            var index = totals.Count;
            try
            {
                await source.ExpectAsync(FrameType.CopyOutResponse, cancellationToken);
                var bytes = await PassRowsAsync(source, taking, packer, count => passed?.Invoke(index, count), cancellationToken);
                var tags = await EndAsync(source, taking, cancellationToken);
                totals.Add(new CopyTotals(RowsOf(tags[0]), bytes, [.. tags.Skip(1)]));
            }
            catch (WireException exception) when (!exception.IsOfTarget)
            {
                // The target may be some tables behind: whose failure it is, only the source's place tells.
                throw new WireException(exception.Error) { Unsent = index };
            }
        }

        await taking.ReadAllAsync(cancellationToken);
        return RefuseMiscount(totals.MoveToImmutable(), taking.CopyTags);
    }

    /// <summary>Passes rows until the end of the COPY, or its failure, is next; notices in between stay here.</summary>
    private static async Task<long> PassRowsAsync(
        WireConnection source, CopyTarget target, CopyDataPacker packer, Action<long> report, CancellationToken cancellationToken)
    {
        var frames = source.Frames;
        long passed = 0;
        while (true)
        {
            var ended = packer.Pack(frames);
            if (packer.IsFull || (ended && packer.Length > 0))
            {
                await ThrowIfRefusedAsync(source, target, cancellationToken);
                passed += packer.Length;
                report(packer.Length);
                await target.SendAsync(packer.Flush(), cancellationToken);
            }
            else if (!ended)
            {
                await frames.FillAsync(cancellationToken);
            }
            else if (FrameType.IsAside(frames.Buffered.Span[0]))
            {
                await frames.ReadAsync(cancellationToken);
            }
            else
            {
                return passed;
            }
        }
    }

    /// <summary>A target that has refused goes on to swallow what is sent; there is no use in sending it the rest of a table.</summary>
    private static async Task ThrowIfRefusedAsync(WireConnection source, CopyTarget target, CancellationToken cancellationToken)
    {
        await target.ReadArrivedAsync(cancellationToken);
        if (target.Error is not null)
        {
            await source.CancelAsync(cancellationToken);
            throw target.Refusal;
        }
    }

    /// <summary>Ends the target's COPY the way the source's ended.</summary>
    private static async Task<IReadOnlyList<string>> EndAsync(WireConnection source, CopyTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var tags = await source.ReadToReadyAsync(cancellationToken);
            await target.SendAsync(FrontendMessages.CopyDone(), cancellationToken);
            return tags;
        }
        catch (WireException exception)
        {
            await target.SendAsync(FrontendMessages.CopyFail(exception.Error.Message), cancellationToken);
            throw;
        }
    }

    /// <summary>What the source says it sent, the target must say it took.</summary>
    private static ImmutableArray<CopyTotals> RefuseMiscount(ImmutableArray<CopyTotals> sent, IReadOnlyList<string> taken)
    {
        if (!sent.Select(totals => totals.Rows).SequenceEqual(taken.Select(RowsOf)))
        {
            throw new InvalidDataException("the source's and the target's row counts of a COPY differ");
        }

        return sent;
    }

    private static long RowsOf(string tag) => long.Parse(tag.AsSpan("COPY ".Length), CultureInfo.InvariantCulture);

    private static byte[] Concatenate(IEnumerable<byte[]> messages) => [.. messages.SelectMany(message => message)];
}
