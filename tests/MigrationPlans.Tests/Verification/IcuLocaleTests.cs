using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class IcuLocaleTests
{
    [TestCase("i de@collation=phonebook t", "i de-u-co-phonebk t")]
    [TestCase("i de_AT@collation=phonebook t", "i de-AT-u-co-phonebk t")]
    [TestCase("i @colStrength=secondary f", "i und-u-ks-level2 f")]
    [TestCase("i en@colNumeric=yes;colCaseFirst=upper t", "i en-u-kf-upper-kn t")]
    [TestCase("i en-u-kn t", "i en-u-kn t")]
    public void Both_spellings_have_one_form(string older, string newer) => Assert.That(IcuLocale.Normalize(older), Is.EqualTo(IcuLocale.Normalize(newer)));

    [TestCase("i de@collation=phonebook t", "i de t")]
    [TestCase("i de@collation=phonebook t", "i de-u-co-phonebk f")]
    [TestCase("c de_AT t", "c de-AT t")]
    public void What_differs_goes_on_differing(string one, string other) => Assert.That(IcuLocale.Normalize(one), Is.Not.EqualTo(IcuLocale.Normalize(other)));
}
