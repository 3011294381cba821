using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>A COPY … TO STDOUT and the COPY … FROM STDIN that takes its rows.</summary>
internal sealed record CopyPair(string Out, string In);

/// <param name="Rows">As the command tags of both servers count them.</param>
/// <param name="Bytes">What went over the wire for it.</param>
internal sealed record CopyTotals(long Rows, long Bytes);

/// <summary>
/// Lets rows flow from one server into the other. The frames that a COPY TO sends are the frames that a COPY FROM takes, so
/// they pass as they are, by the buffer; only their boundaries are followed, to see the end. All statements of a batch are
/// sent ahead, so that a hundred small tables cost about one round trip.
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
        WireConnection source, WireConnection target, string before, IReadOnlyList<CopyPair> pairs, Action<int, long>? passed, CancellationToken cancellationToken)
    {
        var answers = new CopyAnswers();
        await source.SendAsync(Concatenate(pairs.Select(pair => FrontendMessages.Query(pair.Out))), cancellationToken);
        if (before.Length > 0)
        {
            await target.SendAsync(FrontendMessages.Query(before), cancellationToken);
            answers.Expect();
        }

        var totals = ImmutableArray.CreateBuilder<CopyTotals>(pairs.Count);
        foreach (var pair in pairs)
        {
            await target.SendAsync(FrontendMessages.Query(pair.In), cancellationToken);
            answers.Expect();
            await source.ExpectAsync(FrameType.CopyOutResponse, cancellationToken);
            var index = totals.Count;
            var bytes = await PassRowsAsync(source, target, answers, count => passed?.Invoke(index, count), cancellationToken);
            totals.Add(new CopyTotals(RowsOf(await EndAsync(source, target, cancellationToken)), bytes));
        }

        await answers.ReadAllAsync(target, cancellationToken);
        return RefuseMiscount(totals.MoveToImmutable(), answers.CopyTags);
    }

    /// <summary>Passes CopyData frames until the end of the COPY, or its failure, is next; notices in between stay here.</summary>
    private static async Task<long> PassRowsAsync(
        WireConnection source, WireConnection target, CopyAnswers answers, Action<long> report, CancellationToken cancellationToken)
    {
        var frames = source.Frames;
        long passed = 0;
        var leftOfFrame = 0;
        while (true)
        {
            var (length, ended) = Passable(frames.Buffered.Span, ref leftOfFrame);
            if (length > 0)
            {
                await target.SendAsync(frames.Buffered[..length], cancellationToken);
                frames.Consume(length);
                passed += length;
                report(length);
            }

            if (ended)
            {
                if (!FrameType.IsAside(frames.Buffered.Span[0]))
                {
                    return passed;
                }

                await frames.ReadAsync(cancellationToken);
                continue;
            }

            await ThrowIfRefusedAsync(source, target, answers, cancellationToken);
            await frames.FillAsync(cancellationToken);
        }
    }

    /// <summary>A target that has refused goes on to swallow what is sent; there is no use in sending it the rest of a table.</summary>
    private static async Task ThrowIfRefusedAsync(WireConnection source, WireConnection target, CopyAnswers answers, CancellationToken cancellationToken)
    {
        while (target.HasUnreadAnswer)
        {
            await answers.ReadOneAsync(target, cancellationToken);
            if (answers.Error is { } error)
            {
                await source.CancelAsync(cancellationToken);
                throw new WireException(error);
            }
        }
    }

    /// <summary>Ends the target's COPY the way the source's ended.</summary>
    private static async Task<string> EndAsync(WireConnection source, WireConnection target, CancellationToken cancellationToken)
    {
        try
        {
            var tags = await source.ReadToReadyAsync(cancellationToken);
            await target.SendAsync(FrontendMessages.CopyDone(), cancellationToken);
            return tags[^1];
        }
        catch (WireException exception)
        {
            await target.SendAsync(FrontendMessages.CopyFail(exception.Error.Message), cancellationToken);
            throw;
        }
    }

    /// <summary>How many of the bytes belong to CopyData frames, and whether another frame follows them.</summary>
    private static (int Length, bool Ended) Passable(ReadOnlySpan<byte> bytes, ref int leftOfFrame)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            if (leftOfFrame > 0)
            {
                var step = Math.Min(leftOfFrame, bytes.Length - position);
                position += step;
                leftOfFrame -= step;
            }
            else if (bytes[position] != FrameType.CopyData)
            {
                return (position, Ended: true);
            }
            else if (bytes.Length - position < FrameReader.HeaderLength)
            {
                break;
            }
            else
            {
                leftOfFrame = BinaryPrimitives.ReadInt32BigEndian(bytes[(position + 1)..]) + 1;
            }
        }

        return (position, Ended: false);
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
