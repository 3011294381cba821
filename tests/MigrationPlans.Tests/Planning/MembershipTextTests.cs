using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Servers from 16 on have options that older ones lack, and no test server here does.</summary>
public sealed class MembershipTextTests
{
    private static readonly RoleMembership Full = new("g", WithAdmin: true) { WithInherit = false, WithSet = true };

    [Test]
    public void Options_go_along_where_both_servers_have_them() =>
        Assert.That(CreateRoleText.Membership("g", "m", Full, 17), Is.EqualTo("GRANT \"g\" TO \"m\" WITH ADMIN TRUE, INHERIT FALSE, SET TRUE"));

    [Test]
    public void An_older_server_knows_only_the_admin_option()
    {
        Assert.That(CreateRoleText.Membership("g", "m", Full, 15), Is.EqualTo("GRANT \"g\" TO \"m\" WITH ADMIN OPTION"));
        Assert.That(CreateRoleText.Membership("g", "m", new RoleMembership("g", false), 18), Is.EqualTo("GRANT \"g\" TO \"m\""));
    }
}
