using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation;

/// <summary>Collects findings about places of a manifest; where something is already known to be wrong, what only follows from it is not said.</summary>
internal sealed class Findings
{
    private readonly HashSet<string> broken = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Diagnostic>.Builder diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();

    public ImmutableArray<Diagnostic> Diagnostics => diagnostics.ToImmutable();

    /// <summary>The place, or one around it, already has an error of its own.</summary>
    public bool IsBroken(string path)
    {
        for (var current = path; current.Length > 0; current = ManifestPath.Parent(current))
        {
            if (broken.Contains(current))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Later findings about this place or anything in it are dropped.</summary>
    public void MarkBroken(string path) => broken.Add(path);

    /// <summary>Reports what is wrong with the place, once.</summary>
    public void Report(string path, Diagnostic diagnostic) => Report(path, diagnostic, [path]);

    /// <summary>Reports what is wrong with the place, and marks only the given parts of it as broken.</summary>
    public void Report(string path, Diagnostic diagnostic, IEnumerable<string> brokenParts)
    {
        if (IsBroken(path))
        {
            return;
        }

        diagnostics.Add(diagnostic);
        if (diagnostic.Severity == Severity.Error)
        {
            broken.UnionWith(brokenParts.Where(part => part.Length > 0));
        }
    }
}
