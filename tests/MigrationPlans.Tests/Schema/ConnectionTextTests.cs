using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class ConnectionTextTests
{
    [TestCase("", "")]
    [TestCase("host=a dbname = b password=x", "host='a' dbname='b'")]
    [TestCase(@"host = 'a b' password = 'it\'s \\ x' user=o\'neil", @"host='a b' user='o\'neil'")]
    [TestCase("sslpassword=x oauth_client_secret=y passfile=/p PASSWORD=z sslmode=require", "passfile='/p' sslmode='require'")]
    [TestCase("password= host=a user=b", "user='b'")]
    [TestCase("password=", "")]
    [TestCase("host='a password=x", "")]
    [TestCase("host password", "")]
    [TestCase("postgresql://u:x@h:5432,i/d?sslmode=require&password=y&%70assword=z", "postgresql://u@h:5432,i/d?sslmode=require")]
    [TestCase("postgres://h/d?password=y", "postgres://h/d")]
    [TestCase("postgres://u:x@", "postgres://u@")]
    [TestCase("postgres://h/d@e", "postgres://h/d@e")]
    [TestCase("postgres://:x@h", "postgres://@h")]
    public void A_connection_string_loses_its_secrets_and_nothing_else(string text, string expected) =>
        Assert.That(ConnectionText.WithoutSecrets(text), Is.EqualTo(expected));
}
