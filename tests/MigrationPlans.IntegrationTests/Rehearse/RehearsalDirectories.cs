using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests.Rehearse;

/// <summary>The directories of rehearsals on this machine, by the process that owns them.</summary>
internal static class RehearsalDirectories
{
    public static string[] Of(MigplanProcess owner)
    {
        var note = $"\"Pid\":{owner.Id.ToString(CultureInfo.InvariantCulture)},";
        return
        [
            .. Directory.GetDirectories(ClusterPlace.TemporaryDirectory(), "migplan-rehearse-*")
                .Where(directory => Read(Path.Combine(directory, "owner.json")).Contains(note, StringComparison.Ordinal)),
        ];
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
