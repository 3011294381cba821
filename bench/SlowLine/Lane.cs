using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace MigrationPlans.Bench.SlowLine;

/// <summary>One direction of the line, shared by all connections: what goes in comes out later, and no faster than the rate.</summary>
/// <param name="delay">From going in to coming out.</param>
/// <param name="bytesPerSecond">Of all connections together.</param>
internal sealed class Lane(TimeSpan delay, long bytesPerSecond)
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>A connection has so much under way at most: 4 MB, more than this line holds at 20 ms and 200 Mbit/s.</summary>
    private const int ChunksUnderWay = 256;

    private readonly Lock gate = new();
    private long freeAt = Stopwatch.GetTimestamp();

    public async Task PassAsync(Socket from, Socket to)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, long Due)>(ChunksUnderWay);
        await Task.WhenAll(TakeAsync(from, underWay.Writer), GiveAsync(to, underWay.Reader));
    }

    private async Task TakeAsync(Socket from, ChannelWriter<(byte[] Bytes, long Due)> underWay)
    {
        try
        {
            var buffer = new byte[ChunkBytes];
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                await underWay.WriteAsync((buffer[..count], Book(count)));
            }
        }
        finally
        {
            underWay.Complete();
        }
    }

    private static async Task GiveAsync(Socket to, ChannelReader<(byte[] Bytes, long Due)> underWay)
    {
        await foreach (var (bytes, due) in underWay.ReadAllAsync())
        {
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait);
            }

            await to.SendAsync(bytes);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Takes a place on the line; when the last byte of it comes out.</summary>
    private long Book(int count)
    {
        lock (gate)
        {
            var takes = count * Stopwatch.Frequency / bytesPerSecond;
            freeAt = Math.Max(freeAt, Stopwatch.GetTimestamp()) + takes;
            return freeAt + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        }
    }
}
