using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>The steps that only a <c>stream</c> mapping has.</summary>
internal static class StreamSteps
{
    public static IEnumerable<Step> List(MappingSteps steps)
    {
        var address = steps.Mapping.Address;
        return
        [
            new RestoreSchemaStep
            {
                Id = steps.Id(RestoreSchemaStep.KindName),
                Database = address,
                DependsOn = steps.Behind(CreateDatabaseStep.KindName),
                Extensions = steps.Extensions,
            },
            new CopyDataStep { Id = steps.Id(CopyDataStep.KindName), Database = address, DependsOn = steps.Behind(RestoreSchemaStep.KindName) },
            new RestoreConstraintsStep { Id = steps.Id(RestoreConstraintsStep.KindName), Database = address, DependsOn = steps.Behind(CopyDataStep.KindName) },
            // Positions of sequences are read last, and set when their privileges, which come with the constraints, change no more.
            new SetSequencesStep { Id = steps.Id(SetSequencesStep.KindName), Database = address, DependsOn = steps.Behind(RestoreConstraintsStep.KindName) },
        ];
    }
}
