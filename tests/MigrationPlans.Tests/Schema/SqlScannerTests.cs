using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class SqlScannerTests
{
    [TestCase("a b1 _c$2 é🐘", "Word:a Word:b1 Word:_c$2 Word:é🐘")]
    [TestCase("\"a \"\" ; b\"", "QuotedName:\"a \"\" ; b\"")]
    [TestCase("U&\"d!0061\" u&'x'", "QuotedName:U&\"d!0061\" Text:u&'x'")]
    [TestCase("'it''s \\' x", "Text:'it''s \\' Word:x")]
    [TestCase("E'it\\'s' e'\\\\' N'n' B'1' X'f'", "Text:E'it\\'s' Text:e'\\\\' Text:N'n' Text:B'1' Text:X'f'")]
    [TestCase("$$ ' $x$ $$ $x$ $$ $x$", "Text:$$ ' $x$ $$ Text:$x$ $$ $x$")]
    [TestCase("$1 a$b$c", "Symbol:$ Word:1 Word:a$b$c")]
    [TestCase("a--b ; c", "Word:a Comment:--b ; c")]
    [TestCase("/* a /* b */ ; */ c", "Comment:/* a /* b */ ; */ Word:c")]
    [TestCase("a<=b", "Word:a Symbol:< Symbol:= Word:b")]
    [TestCase("'open", "Text:'open")]
    [TestCase("$$open", "Text:$$open")]
    [TestCase("/* open", "Comment:/* open")]
    public void Text_is_cut_by_the_servers_rules(string sql, string expected) =>
        Assert.That(string.Join(' ', SqlScanner.Scan(sql).Select(token => $"{token.Kind}:{token.In(sql)}")), Is.EqualTo(expected));

    [TestCase("\"A \"\"b\"", "A \"b")]
    [TestCase("Abc", "abc")]
    public void Names_are_read_as_the_server_reads_them(string sql, string name) =>
        Assert.That(SqlScanner.Scan(sql).Single().Name(sql), Is.EqualTo(name));

    [Test]
    public void Every_text_ends_and_no_character_is_in_two_tokens([Random(0, int.MaxValue, 200)] int seed)
    {
        var random = new Random(seed);
        const string Alphabet = "'\"$-/*\\E;() \nabU&1";
        var sql = new string([.. Enumerable.Range(0, 60).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
        var end = 0;
        foreach (var token in SqlScanner.Scan(sql))
        {
            Assert.That(token.Start, Is.GreaterThanOrEqualTo(end), sql);
            Assert.That(token.Length, Is.GreaterThan(0), sql);
            end = token.End;
        }

        Assert.That(end, Is.LessThanOrEqualTo(sql.Length));
    }
}
