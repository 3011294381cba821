using System.Text;
using Npgsql;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>What an ErrorResponse says.</summary>
/// <remarks>https://www.postgresql.org/docs/current/protocol-error-fields.html</remarks>
/// <param name="Where">The calls that led to the error, the innermost first. May hold data of rows: not for messages.</param>
/// <param name="Constraint">The constraint that is broken, where one with a name is.</param>
internal sealed record ServerError(string SqlState, string Message, string? Detail, string? Hint, string? Where = null, string? Constraint = null)
{
    /// <summary>A row does not belong into the partition that it was written to: the one broken check that has no name.</summary>
    public bool IsPartitionViolation => SqlState == PostgresErrorCodes.CheckViolation && Constraint is null;

    public static ServerError Parse(ReadOnlySpan<byte> payload)
    {
        string state = "XX000", message = "the server sent an error without a message";
        string? detail = null, hint = null, where = null, constraint = null;
        while (!payload.IsEmpty && payload[0] != 0)
        {
            var end = payload.IndexOf((byte)0);
            var text = Encoding.UTF8.GetString(payload[1..end]);
            switch ((char)payload[0])
            {
                case 'C': state = text; break;
                case 'M': message = text; break;
                case 'D': detail = text; break;
                case 'H': hint = text; break;
                case 'W': where = text; break;
                case 'n': constraint = text; break;
            }

            payload = payload[(end + 1)..];
        }

        return new ServerError(state, message, detail, hint, where, constraint);
    }
}
