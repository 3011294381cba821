using System.Globalization;
using System.Numerics;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>Count and hash of rows; those of two halves add up to those of the whole.</summary>
/// <param name="Hash">Null at level counts.</param>
internal sealed record RowSum(long Rows, string? Hash)
{
    public RowSum Add(RowSum other) => new(Rows + other.Rows, Hash is null || other.Hash is null ? null : Add(Hash, other.Hash));

    private static string Add(string one, string two) =>
        (BigInteger.Parse(one, CultureInfo.InvariantCulture) + BigInteger.Parse(two, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
}
