using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Steps;

public sealed class CreateDatabaseTextTests
{
    private const string Start =
        "CREATE DATABASE \"shop\" TEMPLATE template0 CONNECTION LIMIT 1234567890 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'";

    private static readonly DatabaseSettings Plain = new() { Name = "shop", Owner = "app", Encoding = "UTF8", Collate = "C.utf8", Ctype = "C.utf8" };

    [TestCase(14, Start)]
    [TestCase(15, $"{Start} LOCALE_PROVIDER libc")]
    public void A_provider_is_named_where_the_server_knows_it(int major, string text) =>
        Assert.That(CreateDatabaseText.For("shop", Plain, 1234567890, major), Is.EqualTo(text));

    [Test]
    public void Rules_follow_their_locale()
    {
        var settings = Plain with { LocaleProvider = "icu", Locale = "en", IcuRules = "&'a' < b" };

        Assert.That(
            CreateDatabaseText.For("shop", settings, 1234567890, 16),
            Is.EqualTo($"{Start} LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '&''a'' < b'"));
        Assert.That(CreateDatabaseText.Describe(settings), Does.EndWith("provider icu en with rules &'a' < b"));
    }

    [Test]
    public void A_tablespace_is_named_whatever_the_version()
    {
        var settings = Plain with { Tablespace = "Fast \"disk\"" };

        Assert.That(CreateDatabaseText.For("shop", settings, 1234567890, 12), Is.EqualTo($"{Start} TABLESPACE \"Fast \"\"disk\"\"\""));
        Assert.That(CreateDatabaseText.Describe(settings), Does.EndWith(", tablespace Fast \"disk\""));
    }
}
