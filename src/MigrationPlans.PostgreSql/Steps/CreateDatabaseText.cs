using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>CREATE DATABASE as each server version wants it.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-createdatabase.html</remarks>
internal static class CreateDatabaseText
{
    /// <param name="settings">A tablespace must be there.</param>
    /// <param name="limit">Of connections: see <see cref="CreationMark"/>.</param>
    /// <param name="major">Of the server that creates it: LOCALE_PROVIDER is known from 15 on, ICU_RULES from 16 on, BUILTIN_LOCALE from 17 on.</param>
    public static string For(string name, DatabaseSettings settings, int limit, int major)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE DATABASE {SqlText.Identifier(name)} TEMPLATE template0 CONNECTION LIMIT {limit} ENCODING {SqlText.Literal(settings.Encoding)} LC_COLLATE {SqlText.Literal(settings.Collate)} LC_CTYPE {SqlText.Literal(settings.Ctype)}");
        text += settings.Tablespace is { } tablespace ? $" TABLESPACE {SqlText.Identifier(tablespace)}" : "";
        if (major < 15 && settings.LocaleProvider == "libc")
        {
            return text;
        }

        // The template's own provider would be taken otherwise.
        text += $" LOCALE_PROVIDER {settings.LocaleProvider}";
        text += settings switch
        {
            { LocaleProvider: "icu", Locale: { } locale } => $" ICU_LOCALE {SqlText.Literal(locale)}",
            { LocaleProvider: "builtin", Locale: { } locale } => $" BUILTIN_LOCALE {SqlText.Literal(locale)}",
            _ => "",
        };
        return settings.IcuRules is { } rules ? $"{text} ICU_RULES {SqlText.Literal(rules)}" : text;
    }

    public static string Describe(DatabaseSettings settings)
    {
        var locale = settings.Locale is null ? "" : $" {settings.Locale}";
        var rules = settings.IcuRules is null ? "" : $" with rules {settings.IcuRules}";
        var tablespace = settings.Tablespace is null ? "" : $", tablespace {settings.Tablespace}";
        return $"encoding {settings.Encoding}, LC_COLLATE {settings.Collate}, LC_CTYPE {settings.Ctype}, provider {settings.LocaleProvider}{locale}{rules}{tablespace}";
    }
}
