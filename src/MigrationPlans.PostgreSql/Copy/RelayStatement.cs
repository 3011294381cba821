namespace MigrationPlans.PostgreSql.Copy;

/// <param name="Read">A <c>COPY … TO STDOUT</c>.</param>
/// <param name="Write">A <c>COPY … FROM STDIN</c> in the same format.</param>
internal sealed record RelayStatement(string Read, string Write, bool IsBinary);

/// <param name="Bytes">On the wire.</param>
internal readonly record struct RelayedCopy(long Rows, long Bytes);

internal enum CopySide
{
    Source,
    Target,
}

/// <summary>One side of a relay failed; the inner exception is the driver's.</summary>
internal sealed class CopyRelayException(CopySide side, Npgsql.NpgsqlException inner) : Exception(inner.Message, inner)
{
    public CopySide Side => side;

    public Npgsql.NpgsqlException Cause => (Npgsql.NpgsqlException)InnerException!;
}
