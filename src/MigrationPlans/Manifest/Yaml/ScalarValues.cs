using System.Globalization;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Values of scalars whose kind is known.</summary>
internal static class ScalarValues
{
    /// <summary>Null when the number does not fit into 64 bits.</summary>
    public static long? Integer(string text)
    {
        try
        {
            return text switch
            {
                ['0', 'x', .. var hexadecimal] => Convert.ToInt64(hexadecimal, 16),
                ['0', 'o', .. var octal] => Convert.ToInt64(octal, 8),
                _ => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
