namespace MigrationPlans.Diagnostics;

/// <summary>A stretch of a text file. Lines and columns count from 1; columns are UTF-16 units; the end is exclusive.</summary>
public sealed record SourceSpan(string File, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The other stretch starts in this one.</summary>
    public bool Holds(SourceSpan other) => File == other.File
        && (Line, Column).CompareTo((other.Line, other.Column)) <= 0 && (other.Line, other.Column).CompareTo((EndLine, EndColumn)) < 0;

    public override string ToString() => $"{File}:{Line}:{Column}";
}
