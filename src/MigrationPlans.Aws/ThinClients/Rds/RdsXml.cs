using System.Globalization;
using System.Xml.Linq;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Children of an element by local name: emulators and the service differ in namespaces.</summary>
internal static class RdsXml
{
    public static XElement? Child(this XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name);

    public static string? Text(this XElement element, string name) => element.Child(name) is { Value: { Length: > 0 } text } ? text : null;

    public static bool? Flag(this XElement element, string name) => bool.TryParse(element.Text(name), out var flag) ? flag : null;

    public static int? Number(this XElement element, string name) =>
        int.TryParse(element.Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static DateTime? Time(this XElement element, string name) =>
        DateTime.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    public static List<T> List<T>(this XElement element, string name, Func<XElement, T> read) =>
        [.. element.Child(name)?.Elements().Select(read) ?? []];
}
