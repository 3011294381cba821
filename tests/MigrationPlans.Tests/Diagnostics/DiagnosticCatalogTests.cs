using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Diagnostics;

internal sealed class DiagnosticCatalogTests
{
    [Test]
    public void Codes_are_unique_and_well_formed() => Assert.Multiple(() =>
    {
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Code), Is.Unique);
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Code), Has.All.Match("^MP[1-79][0-9]{3}$"));
    });

    [Test]
    public void Summaries_are_phrases_and_every_code_is_explained() => Assert.Multiple(() =>
    {
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Summary), Has.All.Not.EndsWith("."));
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Explanation.Trim()), Has.All.Not.Empty);
    });

    [Test]
    public void Diagnostics_page_is_up_to_date() =>
        Rewriting.Check(Repository.PathOf("docs", "diagnostics.md"), DiagnosticsPage.WriteAll(DiagnosticCatalog.All));
}
