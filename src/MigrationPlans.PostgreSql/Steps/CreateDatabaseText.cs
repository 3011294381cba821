using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>CREATE DATABASE as each server version wants it.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-createdatabase.html</remarks>
internal static class CreateDatabaseText
{
    /// <param name="major">Of the server that creates it: LOCALE_PROVIDER is known from 15 on, BUILTIN_LOCALE from 17 on.</param>
    public static string For(string name, DatabaseSettings settings, int major)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE DATABASE {SqlText.Identifier(name)} TEMPLATE template0 ENCODING {SqlText.Literal(settings.Encoding)} LC_COLLATE {SqlText.Literal(settings.Collate)} LC_CTYPE {SqlText.Literal(settings.Ctype)}");
        if (major < 15 && settings.LocaleProvider == "libc")
        {
            return text;
        }

        // The template's own provider would be taken otherwise.
        text += $" LOCALE_PROVIDER {settings.LocaleProvider}";
        return settings switch
        {
            { LocaleProvider: "icu", Locale: { } locale } => $"{text} ICU_LOCALE {SqlText.Literal(locale)}",
            { LocaleProvider: "builtin", Locale: { } locale } => $"{text} BUILTIN_LOCALE {SqlText.Literal(locale)}",
            _ => text,
        };
    }

    public static string Describe(DatabaseSettings settings) =>
        $"encoding {settings.Encoding}, LC_COLLATE {settings.Collate}, LC_CTYPE {settings.Ctype}, provider {settings.LocaleProvider}{(settings.Locale is null ? "" : $" {settings.Locale}")}";
}
