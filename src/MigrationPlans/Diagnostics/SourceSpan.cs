namespace MigrationPlans.Diagnostics;

/// <summary>A stretch of a text file. Lines and columns count from 1; columns are UTF-16 units; the end is exclusive.</summary>
public sealed record SourceSpan(string File, int Line, int Column, int EndLine, int EndColumn)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
