using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Tells a database that a run made from one that somebody else made, from the moment that it is there: CREATE DATABASE can't be undone
/// with a transaction, and the connection may be lost in it, before the ledger marks the database. So it is made with a connection limit
/// that nobody would choose, and nobody reaches; with the ledger in it, it has none any more.
/// </summary>
internal static class CreationMark
{
    private const int Least = 1_000_000_000;

    /// <param name="lineage">Of the run's state.</param>
    public static int Of(string lineage, string database) =>
        Least + (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{lineage}\0{database}"))) % Least);
}
