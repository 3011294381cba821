using System.Globalization;
using System.Text;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What other processes show of themselves to their owner: arguments, which everybody can list, and environment.</summary>
internal static class ProcessLook
{
    /// <summary>Arguments and environment of the process and of all that it started, as one text each.</summary>
    public static IEnumerable<(string Arguments, string Environment)> Family(int root)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(directory => Path.GetFileName(directory))
            .Where(name => name.All(char.IsAsciiDigit))
            .Select(name => (Id: int.Parse(name, CultureInfo.InvariantCulture), Parent: Parent(name)))
            .ToList();
        var family = new HashSet<int> { root };
        while (parents.Any(process => family.Contains(process.Parent) && family.Add(process.Id)))
        {
        }

        return family.Select(id => (Read(id, "cmdline"), Read(id, "environ")));
    }

    private static int Parent(string id)
    {
        // pid (name) state ppid …; the name may hold anything.
        var stat = Read($"/proc/{id}/stat");
        return stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string Read(int id, string file) => Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}")).Replace('\0', '\n');

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
