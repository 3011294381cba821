using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MigrationPlans.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.Tests;

/// <summary>Holds the allowed edges between rooms and assemblies. A room may use what it lists, and nothing that lists it.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Rooms of the engine, each with the rooms that it may use; what those may use is allowed too.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new(StringComparer.Ordinal)
    {
        ["Diagnostics"] = [],
        ["Json"] = [],
        ["Manifest"] = ["Diagnostics", "Json"],
        ["Validation"] = ["Manifest"],
        ["Inspection"] = ["Manifest"],
        ["Planning"] = ["Inspection"],
        ["State"] = ["Diagnostics", "Json"],
        ["Execution"] = ["Planning", "State"],
        ["Reporting"] = ["Execution", "Validation"],
    };

    /// <summary>The same of the edge to PostgreSQL.</summary>
    private static readonly Dictionary<string, string[]> EdgeRooms = new(StringComparer.Ordinal)
    {
        ["Connections"] = [],
        ["Scheduling"] = [],
        ["Wire"] = ["Connections"],
        ["Tools"] = ["Connections"],
        ["Rows"] = ["Connections"],
        ["Ledger"] = ["Connections"],
        ["Statistics"] = ["Connections"],
        ["Clusters"] = ["Tools"],
        ["Rehearsal"] = ["Clusters"],
        ["Snapshots"] = ["Wire"],
        ["Memberships"] = ["Ledger"],
        ["Properties"] = ["Memberships"],
        ["Inspection"] = ["Ledger", "Tools", "Rows"],
        ["Schema"] = ["Inspection", "Snapshots"],
        ["Verification"] = ["Schema", "Properties", "Scheduling"],
        ["Copy"] = ["Schema", "Scheduling"],
        ["Archives"] = ["Copy"],
        ["Steps"] = ["Archives", "Verification", "Statistics"],
    };

    /// <summary>Projects, each with the projects that it may reference.</summary>
    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["MigrationPlans"] = [],
        ["MigrationPlans.PostgreSql"] = ["MigrationPlans"],
        ["MigrationPlans.Aws"] = ["MigrationPlans"],
        ["MigrationPlans.Cli"] = ["MigrationPlans", "MigrationPlans.PostgreSql", "MigrationPlans.Aws"],
    };

    /// <summary>Packages that only some project may use, by the start of their names.</summary>
    private static readonly (string Package, string[] Projects)[] Contained =
    [
        ("Npgsql", ["MigrationPlans.PostgreSql"]),
        ("AWSSDK", ["MigrationPlans.Aws"]),
        ("Spectre.Console", ["MigrationPlans.Cli"]),
        ("System.CommandLine", ["MigrationPlans.Cli"]),
        ("YamlDotNet", ["MigrationPlans"]),
        ("NJsonSchema", ["MigrationPlans"]),
        ("FluentValidation", ["MigrationPlans"]),
    ];

    /// <summary>Libraries that only one room of the engine may use.</summary>
    private static readonly (string Namespace, string Room)[] ContainedInRooms =
    [
        ("YamlDotNet", "Manifest"),
        ("NJsonSchema", "Validation"),
        ("FluentValidation", "Validation"),
    ];

    private static IEnumerable<string> RoomNames => Rooms.Keys;

    private static IEnumerable<string> EdgeRoomNames => EdgeRooms.Keys;

    private static IEnumerable<string> ProjectNames => Projects.Keys.Where(name => Directory.Exists(Repository.PathOf("src", name)));

    [TestCaseSource(nameof(RoomNames))]
    public void A_room_uses_only_rooms_that_it_may(string room)
    {
        var allowed = Reach(Rooms, room);
        var wrong = SourceFiles(Path.Combine("MigrationPlans", room))
            .SelectMany(file => RoomsIn(File.ReadAllText(file))
                .Where(used => used != room && !allowed.Contains(used))
                .Select(used => $"{Path.GetFileName(file)} uses {used}"));
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(EdgeRoomNames))]
    public void So_does_a_room_of_the_postgresql_edge(string room)
    {
        var allowed = Reach(EdgeRooms, room);
        var wrong = SourceFiles(Path.Combine("MigrationPlans.PostgreSql", room))
            .SelectMany(file => EdgeRoomsIn(File.ReadAllText(file))
                .Where(used => used != room && !allowed.Contains(used))
                .Select(used => $"{Path.GetFileName(file)} uses {used}"));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void There_are_no_other_rooms()
    {
        Assert.That(FoldersOf("MigrationPlans"), Is.EquivalentTo(Rooms.Keys));
        Assert.That(FoldersOf("MigrationPlans.PostgreSql"), Is.EquivalentTo(EdgeRooms.Keys));
    }

    [TestCaseSource(nameof(ProjectNames))]
    public void A_namespace_is_the_path_of_its_folder(string project)
    {
        var root = Repository.PathOf("src", project);
        var wrong = SourceFiles(project).Where(file =>
        {
            var folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
            var expected = folder == "." ? project : $"{project}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
            var declared = NamespaceLine().Match(File.ReadAllText(file));
            return declared.Success && declared.Groups["name"].Value != expected;
        });
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(ProjectNames))]
    public void A_project_references_only_projects_that_it_may(string project)
    {
        var references = ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.That(references, Is.SubsetOf(Projects[project]));
    }

    [TestCaseSource(nameof(ProjectNames))]
    public void A_project_uses_only_packages_that_it_may(string project)
    {
        var packages = ProjectFile(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
        Assert.That(packages.Where(package => IsForbidden(package, project)), Is.Empty);
    }

    /// <summary>What the compiler wrote down, transitive packages included.</summary>
    [Test]
    public void The_compiled_engine_knows_neither_driver_nor_cloud_nor_terminal()
    {
        var references = typeof(Diagnostic).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.That(references.Where(name => IsForbidden(name, "MigrationPlans") || name.StartsWith("MigrationPlans", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_compiled_postgresql_edge_knows_no_other_edge()
    {
        var references = typeof(PostgreSql.Connections.PostgresConnector).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.That(references.Where(name => IsForbidden(name, "MigrationPlans.PostgreSql") || name is "MigrationPlans.Aws" or "migplan"), Is.Empty);
    }

    [TestCaseSource(nameof(RoomNames))]
    public void A_library_stays_in_its_room(string room)
    {
        var wrong = SourceFiles(Path.Combine("MigrationPlans", room)).SelectMany(file =>
            ContainedInRooms
                .Where(contained => contained.Room != room && File.ReadAllText(file).Contains($"using {contained.Namespace}", StringComparison.Ordinal))
                .Select(contained => $"{Path.GetFileName(file)} uses {contained.Namespace}"));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_rooms_have_no_cycle() => Assert.That(
        Rooms.Keys.Where(room => Reach(Rooms, room).Contains(room)).Concat(EdgeRooms.Keys.Where(room => Reach(EdgeRooms, room).Contains(room))), Is.Empty);

    private static HashSet<string> Reach(Dictionary<string, string[]> rooms, string room)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(rooms[room]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                Array.ForEach(rooms[next], open.Push);
            }
        }

        return reached;
    }

    /// <summary>Rooms that a source names: in its usings, in full names, or by a name relative to the engine's namespace.</summary>
    private static ImmutableHashSet<string> RoomsIn(string source) =>
    [
        .. QualifiedRoom().Matches(source).Select(match => match.Groups["room"].Value).Where(Rooms.ContainsKey),
        .. RelativeRoom().Matches(source).Select(match => match.Groups["room"].Value).Where(Rooms.ContainsKey),
    ];

    private static ImmutableHashSet<string> EdgeRoomsIn(string source) =>
    [
        .. QualifiedEdgeRoom().Matches(source).Select(match => match.Groups["room"].Value).Where(EdgeRooms.ContainsKey),
        .. RelativeEdgeRoom().Matches(source).Select(match => match.Groups["room"].Value),
    ];

    private static IEnumerable<string> FoldersOf(string project) =>
        Directory.GetDirectories(Repository.PathOf("src", project)).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"));

    private static bool IsForbidden(string package, string project) =>
        Contained.Any(contained => package.StartsWith(contained.Package, StringComparison.Ordinal) && !contained.Projects.Contains(project));

    private static XDocument ProjectFile(string project) => XDocument.Load(Repository.PathOf("src", project, $"{project}.csproj"));

    private static IEnumerable<string> SourceFiles(string folder)
    {
        var root = Repository.PathOf("src", folder);
        return !Directory.Exists(root)
            ? []
            : Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine();

    // `using MigrationPlans.Planning.Steps;` and `MigrationPlans.Planning.Step` alike; the file's own namespace line is its own room.
    [GeneratedRegex(@"\bMigrationPlans\.(?<room>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QualifiedRoom();

    [GeneratedRegex(@"\bMigrationPlans\.PostgreSql\.(?<room>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QualifiedEdgeRoom();

    // Rooms whose names are no property's.
    [GeneratedRegex(
        @"(?<![\w.""`/])(?<room>Archives|Copy|Connections|Memberships|Properties|Steps|Verification|Wire)\.[A-Z]\w*",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RelativeEdgeRoom();

    // `cref="Execution.StepFailedException"`, `Manifest.DatabaseMapping`: a room's name, a dot and a type, not behind another dot.
    [GeneratedRegex(
        @"(?<![\w.""`/])(?<room>Validation|Inspection|Planning|State|Execution|Reporting)\.[A-Z]\w*",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RelativeRoom();
}
