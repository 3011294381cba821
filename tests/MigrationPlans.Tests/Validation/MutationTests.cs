using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Validation;

/// <summary>Whatever happens to a valid manifest's text, reading it ends, soon, with findings that have places and can be printed.</summary>
internal sealed class MutationTests
{
    private static readonly string[] Pieces =
    [
        "\n",
        "\t",
        " ",
        ":",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "&a ",
        "*a",
        "<<: ",
        "- ",
        "|",
        ">",
        "!",
        "%",
        "#",
        "? ",
        "~",
        "${env:",
        "\u0000",
        "é",
        "😀",
        "---\n",
        "...",
        "\r",
    ];

    [Test]
    public void A_truncated_manifest_never_throws()
    {
        for (var length = 0; length < Manifests.Full.Length; length += 7)
        {
            Check(Manifests.Full[..length]);
        }
    }

    [Test]
    public void A_mutated_manifest_never_throws()
    {
        var edits = Gen.ListOf(Gen.Zip(Gen.Choose(0, Manifests.Full.Length - 1), Gen.Zip(Gen.Elements(Pieces), Gen.Choose(0, 3))), 4);
        Prop.ForAll(Arb.From(edits), list =>
        {
            var text = Manifests.Full;
            foreach (var (position, (piece, removed)) in list)
            {
                var at = Math.Min(position, text.Length);
                text = text[..at] + piece + text[Math.Min(text.Length, at + removed)..];
            }

            Check(text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Test]
    public void Any_text_at_all_never_throws() =>
        Prop.ForAll<string>(text => Check(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static void Check(string text)
    {
        var watch = Stopwatch.StartNew();
        var result = Manifests.Load(text);
        using var writer = new StringWriter();
        new DiagnosticsText(result.Texts, color: false).Write(writer, result.Diagnostics);
        Assert.That(result.Manifest is null, Is.EqualTo(result.HasErrors));
        Assert.That(result.Diagnostics.Select(diagnostic => diagnostic.Span), Has.None.Null);
        // Generous, because the first reading also loads the schema and test machines are busy.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }
}
