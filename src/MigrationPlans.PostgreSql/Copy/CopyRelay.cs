using System.Buffers;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Carries the bytes of a COPY from one server to another without looking at rows, except to count them.</summary>
internal static class CopyRelay
{
    // A raw read returns at most one row: collect many before a write, which is a system call and a message of its own.
    private const int BufferSize = 128 * 1024;

    /// <param name="statement">What to run on each side; both in the same format.</param>
    /// <param name="moved">Told the number of bytes after each write.</param>
    /// <exception cref="CopyRelayException">A side failed; says which.</exception>
    public static async Task<RelayedCopy> RunAsync(
        NpgsqlConnection source, NpgsqlConnection target, RelayStatement statement, Action<long>? moved, CancellationToken cancellationToken)
    {
        var reader = await OfSide(CopySide.Source, () => OpenReaderAsync(source, statement, cancellationToken));
        try
        {
            return await WriteAsync(reader, target, statement, moved, cancellationToken);
        }
        finally
        {
            await CloseAsync(reader);
        }
    }

    private static async Task<RelayedCopy> WriteAsync(
        Stream reader, NpgsqlConnection target, RelayStatement statement, Action<long>? moved, CancellationToken cancellationToken)
    {
        var writer = await OfSide(CopySide.Target, () => OpenWriterAsync(target, statement, cancellationToken));
        var finished = false;
        try
        {
            var copied = await PumpAsync(reader, writer.Stream, new RowCounter(statement.IsBinary), moved, cancellationToken);
            finished = true;
            // Disposing ends the COPY, and shows the target's refusal if there is one.
            await OfSide(CopySide.Target, async () =>
            {
                await writer.Owner.DisposeAsync();
                return true;
            });
            return copied;
        }
        catch when (!finished)
        {
            // Disposing would end the COPY as if it were whole.
            await AbortAsync(writer);
            throw;
        }
    }

    private static async Task<RelayedCopy> PumpAsync(Stream reader, Stream writer, RowCounter rows, Action<long>? moved, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        // One registration for the whole stream: handing the token to every read costs more than the read.
        await using var cancel = cancellationToken.UnsafeRegister(static stream => CancelReading((Stream)stream!), reader);
        var bytes = 0L;
        try
        {
            while (true)
            {
                var filled = await OfSide(CopySide.Source, () => FillAsync(reader, buffer));
                cancellationToken.ThrowIfCancellationRequested();
                if (filled == 0)
                {
                    return new RelayedCopy(rows.Rows, bytes);
                }

                await OfSide(CopySide.Target, async () =>
                {
                    await writer.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
                    return filled;
                });
                rows.Add(buffer.AsSpan(0, filled));
                bytes += filled;
                moved?.Invoke(filled);
            }
        }
        catch (CopyRelayException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> FillAsync(Stream reader, byte[] buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await reader.ReadAsync(buffer.AsMemory(filled), CancellationToken.None);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    private static async Task<Stream> OpenReaderAsync(NpgsqlConnection source, RelayStatement statement, CancellationToken cancellationToken) =>
        statement.IsBinary
            ? await source.BeginRawBinaryCopyAsync(statement.Read, cancellationToken)
            : ((StreamReader)await source.BeginTextExportAsync(statement.Read, cancellationToken)).BaseStream;

    private static async Task<(Stream Stream, IAsyncDisposable Owner)> OpenWriterAsync(NpgsqlConnection target, RelayStatement statement, CancellationToken cancellationToken)
    {
        if (statement.IsBinary)
        {
            var stream = await target.BeginRawBinaryCopyAsync(statement.Write, cancellationToken);
            return (stream, stream);
        }

        var text = (StreamWriter)await target.BeginTextImportAsync(statement.Write, cancellationToken);
        return (text.BaseStream, text.BaseStream);
    }

    private static void CancelReading(Stream reader)
    {
        try
        {
            ((NpgsqlRawCopyStream)reader).Cancel();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NpgsqlException or IOException or InvalidOperationException)
        {
            // The stream has just ended, or its connection is gone; the pump sees either by itself.
        }
    }

    private static async Task AbortAsync((Stream Stream, IAsyncDisposable Owner) writer)
    {
        try
        {
            await ((NpgsqlRawCopyStream)writer.Stream).CancelAsync();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NpgsqlException or IOException or InvalidOperationException)
        {
            // The failure that brought us here is the one to show; the transaction is rolled back either way.
        }
    }

    private static async Task CloseAsync(Stream reader)
    {
        try
        {
            await reader.DisposeAsync();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NpgsqlException or IOException or InvalidOperationException)
        {
            // Reading to the end had worked, or its failure is on its way up.
        }
    }

    private static async Task<T> OfSide<T>(CopySide side, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or ObjectDisposedException)
        {
            throw new CopyRelayException(side, exception as NpgsqlException ?? new NpgsqlException(exception.Message, exception));
        }
    }
}
