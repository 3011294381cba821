using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Roles of several sources, or of several names, that become one on the target.</summary>
public sealed class PlannerSharedRolesTests
{
    private static readonly RoleFacts Mighty = new()
    {
        Name = "app",
        CanLogin = true,
        IsSuperuser = true,
        CanReplicate = true,
        BypassesRowSecurity = true,
        CanCreateDatabases = true,
        CanCreateRoles = true,
        ConnectionLimit = 5,
        Settings = ["work_mem=1MB", "search_path=a"],
        Comment = "of one",
    };

    private static readonly RoleFacts Plain = new()
    {
        Name = "app",
        ValidUntil = "2030-01-01T00:00:00+00:00",
        Inherits = false,
        Settings = ["search_path=a"],
        MemberOf = [new RoleMembership("pg_monitor", false)],
    };

    [Test]
    public void Power_that_only_one_source_gives_comes_from_neither_order_and_the_rest_is_the_first_ones()
    {
        var (diagnostics, first, second) = Plan(Mighty, Plain);
        Assert.That(new[] { first.Source, second.Source }.Select(PowersOf), Is.All.EqualTo((false, false, false, false, false)));
        Assert.That(
            new[] { first.Source, second.Source }.Select(role => (role.CanLogin, role.Inherits, role.ConnectionLimit, role.ValidUntil, role.Comment)),
            Is.All.EqualTo((true, true, 5, (string?)null, "of one")));
        Assert.That(second.Source.Settings, Is.EqualTo(Mighty.Settings));
        Assert.That(second.Source.MemberOf, Is.Empty, "a membership that is a power");
        var finding = diagnostics.Single(diagnostic => diagnostic.Code == "MP4150");
        Assert.That(finding.Severity, Is.EqualTo(Severity.Warning));
        Assert.That(finding.Message, Is.EqualTo("role `app` on `nonprod` comes from one and two, which differ"));
        Assert.That(
            finding.Detail,
            Does.StartWith("SUPERUSER is only had on one, so it is not given; CREATEDB is")
                .And.Contain("REPLICATION is only")
                .And.Contain("BYPASSRLS is only"));
        Assert.That(
            finding.Detail,
            Does.Contain("LOGIN on one, NOLOGIN on two: as on one")
                .And.Contain("CONNECTION LIMIT 5 on one, no CONNECTION LIMIT on two: as on one")
                .And.Contain("setting work_mem differs: as on one"));
        Assert.That(finding.Detail, Does.Contain("membership in pg_monitor is only had on two, so it is not given").And.Not.Contain("search_path"));

        var (_, third, fourth) = Plan(Plain, Mighty);
        Assert.That(new[] { third.Source, fourth.Source }.Select(PowersOf), Is.All.EqualTo((false, false, false, false, false)));
        Assert.That(fourth.Source.CanLogin, Is.False);
    }

    [Test]
    public void Roles_that_are_alike_are_no_finding_and_stay_as_they_are()
    {
        var (diagnostics, first, second) = Plan(Mighty with { MemberOf = [new RoleMembership("pg_monitor", true)] }, Mighty with { MemberOf = Plain.MemberOf });
        Assert.That(diagnostics.Select(diagnostic => diagnostic.Code), Is.Empty);
        Assert.That(
            (PowersOf(first.Source), first.Source.ConnectionLimit, first.PasswordFrom),
            Is.EqualTo(((true, true, true, true, true), 5, (ImmutableArray<PasswordSource>?)null)));
        Assert.That(PowersOf(second.Source), Is.EqualTo((true, true, true, true, true)));
        Assert.That((first.Source.MemberOf.Single().WithAdmin, second.Source.MemberOf), Is.EqualTo((true, Plain.MemberOf)), "as on each");
    }

    [Test]
    public void Another_name_keeps_them_apart_and_one_name_for_two_brings_them_together()
    {
        Assert.That(Plan(Mighty, Plain, ImmutableSortedDictionary<string, string>.Empty.Add("app", "app_two")).Diagnostics, Is.Empty);
        var merged = Plan(Mighty, Plain with { Name = "other" }, ImmutableSortedDictionary<string, string>.Empty.Add("other", "app"));
        Assert.That(merged.Diagnostics.Single().Message, Is.EqualTo("role `app` on `nonprod` comes from one and two (other), which differ"));
        Assert.That(merged.Diagnostics.Single().Help, Does.Contain("map: { other: … }").And.Contain("in this mapping"));
        Assert.That(PowersOf(merged.Second.Source), Is.EqualTo((false, false, false, false, false)));
    }

    [Test]
    public void The_password_is_that_of_the_first_source_that_has_one_to_give()
    {
        var copy = new RolePolicy { Passwords = RolePasswordPolicy.Copy };
        var (_, first, second) = Plan(Plain, Mighty, policy: copy);
        Assert.That(new[] { first.PasswordFrom, second.PasswordFrom }, Is.All.EqualTo(new[] { new PasswordSource("two", "app") }));
        Assert.That(
            Plan(Mighty, Mighty, policy: copy).Second.PasswordFrom,
            Is.EqualTo(new[] { new PasswordSource("one", "app"), new PasswordSource("two", "app") }));
        Assert.That(Plan(Plain, Mighty).Second.PasswordFrom, Is.Null);
    }

    private static (bool, bool, bool, bool, bool) PowersOf(RoleFacts role) =>
        (role.IsSuperuser, role.CanReplicate, role.BypassesRowSecurity, role.CanCreateDatabases, role.CanCreateRoles);

    private static (ImmutableArray<Diagnostic> Diagnostics, PlannedRole First, PlannedRole Second) Plan(
        RoleFacts one, RoleFacts two, ImmutableSortedDictionary<string, string>? secondMap = null, RolePolicy? policy = null)
    {
        policy ??= new RolePolicy();
        var manifest = new Sample().Manifest with
        {
            Sources = [Sample.Server("one", EndpointRole.Source, 5432), Sample.Server("two", EndpointRole.Source, 5433)],
            Databases =
            [
                Sample.Map("one/a", "nonprod/a") with { Roles = policy },
                Sample.Map("two/b", "nonprod/b", 1) with { Roles = secondMap is null ? policy : policy with { Map = secondMap } },
            ],
        };
        var (plan, diagnostics) = Planner.Plan(manifest, new InspectedFacts
        {
            Endpoints = [Source("one", one), Source("two", two), Sample.Server("nonprod", EndpointRole.Target)],
            Databases = [Database("one", "a", one), Database("two", "b", two), Sample.Absent("nonprod", "a"), Sample.Absent("nonprod", "b")],
        });
        var created = plan!.Steps.OfType<CreateRolesStep>().Select(step => step.Roles!.Value.Single()).ToList();
        return (diagnostics, created[0], created[1]);
    }

    private static EndpointFacts Source(string name, RoleFacts role)
    {
        var server = Sample.Server(name, EndpointRole.Source);
        return server with { Roles = [role], Login = server.Login with { ReadsPasswords = true } };
    }

    private static DatabaseFacts Database(string endpoint, string name, RoleFacts role) => new Sample().Source with
    {
        Address = new DatabaseAddress(endpoint, name),
        Settings = Sample.Settings(name, role.Name),
        Relations = [],
        ForeignKeys = [],
        ReferencedRoles = [role.Name],
    };
}
