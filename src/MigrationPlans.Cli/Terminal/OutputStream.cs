namespace MigrationPlans.Cli.Terminal;

/// <summary>Hands what can't be written, because a disk is full or a terminal is gone, to whoever knows what that means.</summary>
internal sealed class OutputStream : Stream
{
    private readonly Action<Exception> onFailure;
    private readonly Stream? stream;
    private readonly Exception? closed;

    /// <summary>Opens at once: later, the descriptor that was closed may be another file's.</summary>
    public OutputStream(Func<Stream> open, Action<Exception> onFailure)
    {
        this.onFailure = onFailure;
        try
        {
            stream = open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            closed = exception;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Try(() => (stream ?? throw closed!).Write(buffer, offset, count));

    // A closed one has taken nothing that would need it.
    public override void Flush() => Try(() => stream?.Flush());

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            onFailure(exception);
        }
    }
}
