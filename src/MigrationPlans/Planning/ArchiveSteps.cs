using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>The steps that only an <c>archive</c> mapping has.</summary>
internal static class ArchiveSteps
{
    public static IEnumerable<Step> List(MappingSteps steps)
    {
        var (address, archive) = (steps.Mapping.Address, steps.Mapping.Archive);
        return
        [
            new DumpArchiveStep
            {
                Id = steps.Id(DumpArchiveStep.KindName),
                Database = address,
                DependsOn = steps.Behind(CreateDatabaseStep.KindName),
                Format = archive.Format,
                Compression = archive.Compression,
                Directory = archive.Directory,
            },
            new RestoreArchiveStep
            {
                Id = steps.Id(RestoreArchiveStep.KindName),
                Database = address,
                DependsOn = steps.Behind(DumpArchiveStep.KindName),
                Extensions = steps.Extensions,
                Keeps = archive.Keep,
            },
        ];
    }
}
