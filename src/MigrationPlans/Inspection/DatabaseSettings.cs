namespace MigrationPlans.Inspection;

/// <summary>A row of <c>pg_database</c>: what CREATE and ALTER DATABASE can say.</summary>
public sealed record DatabaseSettings
{
    public required string Name { get; init; }

    public required string Owner { get; init; }

    public required string Encoding { get; init; }

    public required string Collate { get; init; }

    public required string Ctype { get; init; }

    /// <summary><c>libc</c>, <c>icu</c> or <c>builtin</c>.</summary>
    public string LocaleProvider { get; init; } = "libc";

    /// <summary>The ICU or builtin locale, for those providers.</summary>
    public string? Locale { get; init; }

    /// <summary>How it sorts otherwise than its ICU locale; from 16 on.</summary>
    public string? IcuRules { get; init; }

    /// <summary>Null for the server's default one.</summary>
    public string? Tablespace { get; init; }

    /// <summary>-1: no limit.</summary>
    public int ConnectionLimit { get; init; } = -1;
}
