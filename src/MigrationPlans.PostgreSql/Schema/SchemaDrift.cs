using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Keeps a run that goes on from mixing two states of the source's schema: objects of the first one are there, and what follows is of the one now.</summary>
internal static class SchemaDrift
{
    /// <param name="entries">Of the source as it is now, as they run on the target.</param>
    /// <param name="restored">Digests of what is there.</param>
    /// <param name="context">Knows whether an earlier run created the objects.</param>
    /// <exception cref="StepFailedException">Something was created or changed on the source since.</exception>
    public static void Refuse(IEnumerable<SchemaEntry> entries, IReadOnlySet<string> restored, StepContext context)
    {
        if (!context.DoneBefore.Contains(RestoreSchemaStep.KindName))
        {
            // This run creates them itself, from what it has read.
            return;
        }

        var changed = entries.Where(entry => entry.Section == SchemaSection.PreData && !restored.Contains(entry.Digest) && !EntryKinds.IsRemark(entry) && !PostDataEntries.IsPrivilege(entry)).ToList();
        if (changed.Count > 0)
        {
            throw new StepFailedException(ResumeDiagnostics.SourceSchemaChanged(context.Mapping.Address, context.Mapping.From.ToString(), changed[0].Describe(), changed.Count - 1), FailureClass.Permanent);
        }
    }
}
