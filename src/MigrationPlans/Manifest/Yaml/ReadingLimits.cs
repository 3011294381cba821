namespace MigrationPlans.Manifest.Yaml;

/// <summary>Far above any manifest that people write, and low enough that no file can tie up the process.</summary>
internal static class ReadingLimits
{
    /// <summary>Bytes of one file.</summary>
    public const int Bytes = 1024 * 1024;

    /// <summary>Levels of nesting.</summary>
    public const int Depth = 64;

    /// <summary>Values and keys with every alias written out.</summary>
    public const int Nodes = 100_000;

    /// <summary>The same with the defaults written out at every endpoint and mapping.</summary>
    public const int EffectiveNodes = 4 * Nodes;
}
