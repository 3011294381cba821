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
    [TestCase("i und-u-ks-level1-kc-true f", "i und-u-kc-ks-level1 f")]
    [TestCase("i de-u-co-phonebook-kn t", "i de-u-co t")]
    [TestCase("i und-u-kr-latn-digit-ka-shifted t", "i und-u-ka-shifted-kr-latn-digit t")]
    [TestCase("i de_AT-u-kn@colCaseFirst=upper t rules 1", "i de-AT-u-kf-upper-kn t rules 1")]
    public void Both_spellings_have_one_form(string older, string newer) => Assert.That(IcuLocale.Normalize(older), Is.EqualTo(IcuLocale.Normalize(newer)));

    [TestCase("i de@collation=phonebook t", "i de t")]
    [TestCase("i de@collation=phonebook t", "i de-u-co-phonebk f")]
    [TestCase("i und-u-ks-level1 f", "i und-u-ks-level2 f")]
    [TestCase("i de-u-co-phonebook t", "i de-u-co-phonebk t")]
    [TestCase("i und t rules 1", "i und t rules 2")]
    [TestCase("c de_AT t", "c de-AT t")]
    public void What_differs_goes_on_differing(string one, string other) => Assert.That(IcuLocale.Normalize(one), Is.Not.EqualTo(IcuLocale.Normalize(other)));
}
