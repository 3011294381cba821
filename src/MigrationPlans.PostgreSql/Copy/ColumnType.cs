using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A type as <c>pg_type</c> has it.</summary>
internal sealed record ColumnType
{
    /// <summary>Types from here on are made after initdb, and have other oids in another database.</summary>
    public const uint FirstUserOid = 16384;

    public required uint Oid { get; init; }

    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary><c>b</c>ase, <c>c</c>omposite, <c>d</c>omain, <c>e</c>num, <c>r</c>ange, <c>m</c>ultirange.</summary>
    public required char Kind { get; init; }

    /// <summary>Has functions to send and to receive it.</summary>
    public required bool HasBinaryForm { get; init; }

    public bool IsArray { get; init; }

    /// <summary>Element, base, attribute and subtype oids.</summary>
    public ImmutableArray<uint> Parts { get; init; } = [];

    /// <summary>The names of a composite's attributes, in their order.</summary>
    public ImmutableArray<string> Attributes { get; init; } = [];

    /// <summary>Name and version of the extension that brought it.</summary>
    public string? Extension { get; init; }

    public bool IsUserDefined => Oid >= FirstUserOid;
}
