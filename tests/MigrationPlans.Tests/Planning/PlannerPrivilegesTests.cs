using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlannerPrivilegesTests
{
    private readonly Sample sample = new();

    [Test]
    public void A_login_without_createdb_can_only_fill_a_database_that_is_there()
    {
        var weak = sample with { TargetServer = sample.TargetServer with { Login = Sample.Login(createRoles: true) } };
        Assert.That(weak.Codes(), Is.EqualTo((string[])["MP4031"]));
        Assert.That((weak with { Target = sample.Target with { Exists = true } }).Codes(), Is.EqualTo((string[])["MP4100"]));
    }

    [Test]
    public void A_login_that_does_not_own_the_target_cannot_replace_it()
    {
        var weak = sample with
        {
            Mapping = sample.Mapping with { OnExisting = OnExisting.Replace },
            Target = Sample.Occupied("nonprod", "shop"),
            TargetServer = sample.TargetServer with { Login = Sample.Login(createDatabases: true, createRoles: true) },
        };
        Assert.That(weak.Codes(), Is.EqualTo((string[])["MP4032"]));
        var member = weak with { TargetServer = weak.TargetServer with { Login = Sample.Login(true, true, "someone") } };
        Assert.That(member.Codes(), Is.Empty);
    }

    [TestCase(15, "someone", ExpectedResult = "MP4100")]
    [TestCase(16, "someone", ExpectedResult = "MP4100,MP4167")]
    [TestCase(16, "member", ExpectedResult = "MP4100")]
    [TestCase(16, "shop_owner", ExpectedResult = "MP4100")]
    public string A_login_that_can_not_act_for_the_owner_of_a_prepared_target_can_not_give_it_away(int version, string owner)
    {
        var prepared = sample with
        {
            Target = sample.Target with { Exists = true, IsEmpty = true, Settings = Sample.Settings("shop", owner) },
            TargetServer = sample.TargetServer with
            {
                VersionNumber = version * 10000,
                Login = Sample.Login(createDatabases: true, createRoles: true, "member"),
            },
        };
        return string.Join(',', prepared.Codes().Where(code => code is "MP4100" or "MP4167").Order());
    }

    [Test]
    public void A_login_without_createrole_is_refused_only_when_a_role_is_missing()
    {
        var weak = sample with { TargetServer = sample.TargetServer with { Login = Sample.Login(createDatabases: true) } };
        Assert.That(weak.Codes(), Is.EqualTo((string[])["MP4033"]));
        var there = weak with
        {
            TargetServer = weak.TargetServer with { Login = Sample.Login(true, false, "shop_owner"), Roles = [new RoleFacts { Name = "shop_owner" }] },
        };
        Assert.That(there.Codes(), Is.Empty);
    }

    [TestCase(null, true, "created without a password: `roles.passwords` is `none`; `copy` carries passwords over")]
    [TestCase(RolePasswordPolicy.None, true, "created without a password: `roles.passwords` is `none`; `copy` carries passwords over")]
    [TestCase(RolePasswordPolicy.None, false, "created without a password: `roles.passwords` is `none`")]
    [TestCase(RolePasswordPolicy.Copy, false, "created without a password: the source login can't read passwords")]
    [TestCase(RolePasswordPolicy.Copy, true, "created with the password that it has on the source (`roles.passwords: copy`)")]
    public void Why_a_role_comes_without_a_password_is_told(RolePasswordPolicy? passwords, bool isReadable, string said)
    {
        var created = sample with
        {
            Mapping = sample.Mapping with { Roles = new RolePolicy { Passwords = passwords } },
            SourceServer = sample.SourceServer with
            {
                Login = sample.SourceServer.Login with { ReadsPasswords = isReadable },
                Roles = [new RoleFacts { Name = "shop_owner", CanLogin = true }],
            },
        };
        Assert.That(created.Plan().Databases.Single().Notes, Has.Some.EqualTo(new PlanNote(PlanNoteKind.Risk, "role shop_owner", said)));
    }

    [TestCase(PasswordKind.None, "shop_owner", "created without a password: it has none on the source")]
    [TestCase(PasswordKind.Md5, "shop_owner", "created with the password that it has on the source (`roles.passwords: copy`)")]
    [TestCase(PasswordKind.Md5, "renamed", "created without a password: the one that shop_owner has on the source is an MD5 hash, which holds that name")]
    [TestCase(PasswordKind.Other, "renamed", "created with the password that it has on the source (`roles.passwords: copy`)")]
    public void A_password_that_is_not_there_or_is_of_no_use_under_another_name_is_told(PasswordKind kind, string name, string said)
    {
        var created = sample with
        {
            Mapping = sample.Mapping with
            {
                Roles = new RolePolicy
                {
                    Passwords = RolePasswordPolicy.Copy,
                    Map = name == "shop_owner" ? new RolePolicy().Map : new RolePolicy().Map.Add("shop_owner", name),
                },
            },
            SourceServer = sample.SourceServer with
            {
                Login = sample.SourceServer.Login with { ReadsPasswords = true },
                PasswordKinds = ImmutableSortedDictionary<string, PasswordKind>.Empty.Add("shop_owner", kind),
                Roles = [new RoleFacts { Name = "shop_owner", CanLogin = true }],
            },
        };
        Assert.That(created.Plan().Databases.Single().Notes, Has.Some.EqualTo(new PlanNote(PlanNoteKind.Risk, $"role {name}", said)));
    }

    [TestCase(15, "BYPASSRLS")]
    [TestCase(15, "REPLICATION and BYPASSRLS", true)]
    [TestCase(16, "CREATEDB and REPLICATION", true, true)]
    [TestCase(16, null)]
    public void Only_the_attributes_that_a_role_has_and_does_not_get_are_told(int version, string? left, bool replicates = false, bool createsDatabases = false)
    {
        var created = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles = [new RoleFacts { Name = "shop_owner", BypassesRowSecurity = true, CanReplicate = replicates, CanCreateDatabases = createsDatabases }],
            },
            Target = sample.Target with { Exists = true },
            TargetServer = sample.TargetServer with
            {
                VersionNumber = version * 10000,
                Login = Sample.Login(createRoles: true),
                Roles = [new RoleFacts { Name = Sample.Login().Name, BypassesRowSecurity = true }],
            },
        };
        var reasons = created.Plan().Databases.Single().Notes.Select(note => note.Reason)
            .Where(reason => reason.StartsWith("created without ", StringComparison.Ordinal));
        var them = left?.Contains(' ', StringComparison.Ordinal) == true ? "them" : "it";
        Assert.That(reasons, Is.EqualTo(left is null ? (string[])[] : [$"created without {left}: the target login can't grant {them}"]));
    }

    [Test]
    public void A_role_that_is_missing_and_not_to_be_created_is_an_error_until_it_is_mapped()
    {
        var none = sample with { Mapping = sample.Mapping with { Roles = new RolePolicy { Create = RoleCreation.None } } };
        Assert.That(none.Codes(), Is.EqualTo((string[])["MP4034"]));
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("shop_owner", "postgres");
        var mapped = none with { Mapping = none.Mapping with { Roles = new RolePolicy { Create = RoleCreation.None, Map = map } } };
        Assert.That(mapped.Codes(), Is.Empty);
        Assert.That(mapped.Plan().Databases.Single().Notes, Has.Some.EqualTo(new PlanNote(PlanNoteKind.Mapped, "role shop_owner", "becomes postgres")));
    }

    [Test]
    public void Mapping_an_unknown_role_is_a_warning()
    {
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("shop_ownr", "x");
        Assert.That((sample with { Mapping = sample.Mapping with { Roles = new RolePolicy { Map = map } } }).Codes(), Is.EqualTo((string[])["MP4037"]));
    }

    [Test]
    public void Below_16_a_login_that_does_not_inherit_cannot_fill_tables_of_others()
    {
        var bare = sample with
        {
            TargetServer = sample.TargetServer with { Login = Sample.Login(true, true), Roles = [new RoleFacts { Name = "weak", Inherits = false }] },
        };
        Assert.That(bare.Codes(), Is.EqualTo((string[])["MP4039"]));
        Assert.That((bare with { TargetServer = bare.TargetServer with { VersionNumber = 160004 } }).Codes(), Is.Empty);
        Assert.That((bare with { TargetServer = bare.TargetServer with { Roles = [new RoleFacts { Name = "weak" }] } }).Codes(), Is.Empty);
        var mapped = bare with
        {
            Mapping = bare.Mapping with { Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("shop_owner", "weak") } },
        };
        Assert.That(mapped.Codes(), Is.Empty);
    }

    [Test]
    public void Rows_that_the_source_login_cannot_see_are_an_error()
    {
        var secured = sample with
        {
            Source = sample.Source with { Relations = [Sample.Table("public", "orders") with { HidesRows = true }] },
        };
        Assert.That(secured.Codes(), Is.EqualTo((string[])["MP4035"]));
        Assert.That((secured with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.orders"] } } }).Codes(), Is.Empty);
    }

    [TestCase(RelationKind.Table, "MP4038")]
    [TestCase(RelationKind.PartitionedTable, "MP4038")]
    [TestCase(RelationKind.View, null)]
    [TestCase(RelationKind.ForeignTable, null)]
    public void A_table_that_may_not_be_read_is_an_error_also_where_its_rows_or_all_of_it_stay_behind(RelationKind kind, string? code)
    {
        var denied = sample with
        {
            Source = sample.Source with
            {
                Relations = [Sample.Table("public", "customers"), Sample.Table("public", "orders") with { Kind = kind, IsReadable = false }],
                ForeignKeys = [],
            },
        };
        string?[] expected = code is null ? [] : [code];
        Assert.That(denied.Codes(), Is.EqualTo(expected));
        Assert.That(
            (denied with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.orders"] } } }).Codes(),
            Is.EqualTo(expected));
        Assert.That((denied with { Mapping = sample.Mapping with { Exclude = new Selection { Tables = ["public.orders"] } } }).Codes(), Is.EqualTo(expected));
    }

    [TestCase(RelationKind.Sequence)]
    [TestCase(RelationKind.MaterializedView)]
    public void So_is_a_sequence_or_a_materialized_view_where_it_is_picked(RelationKind kind)
    {
        var denied = sample with
        {
            Source = sample.Source with
            {
                Relations = [Sample.Table("public", "customers"), Sample.Table("public", "orders") with { Kind = kind, IsReadable = false }],
                ForeignKeys = [],
            },
        };
        Assert.That(denied.Codes(), Is.EqualTo((string[])["MP4038"]));
        Assert.That((denied with { Mapping = sample.Mapping with { Exclude = new Selection { Tables = ["public.orders"] } } }).Codes(), Is.Empty);
    }

    [Test]
    public void Fencing_needs_the_rights_of_the_owner()
    {
        var fenced = sample with
        {
            SourceServer = sample.SourceServer with { Login = Sample.Login() },
            Mapping = sample.Mapping with { Fence = Fence.ReadOnly },
        };
        Assert.That(fenced.Codes(), Is.EqualTo((string[])["MP4036"]));
        Assert.That((fenced with { SourceServer = sample.SourceServer with { Login = Sample.Login(memberOf: "shop_owner") } }).Codes(), Is.Empty);
    }

    [Test]
    public void Roles_to_create_follow_memberships_and_leave_out_provided_and_present_ones()
    {
        var roles = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles =
                [
                    new RoleFacts { Name = "rdsadmin" },
                    new RoleFacts { Name = "readers", MemberOf = [new RoleMembership("pg_monitor", false), new RoleMembership("rds_superuser", false)] },
                    new RoleFacts { Name = "shop_owner", MemberOf = [new RoleMembership("readers", false), new RoleMembership("postgres", false)] },
                    new RoleFacts { Name = "stranger" },
                ],
            },
        };
        Assert.That(
            roles.Plan().Steps.OfType<CreateRolesStep>().Single().Roles!.Value.Select(role => role.Name),
            Is.EqualTo((string[])["readers", "shop_owner"]));
    }

    [Test]
    public void Outside_of_rds_a_role_may_be_called_like_one_of_its_own()
    {
        var named = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles =
                [
                    new RoleFacts { Name = "rds_reports", MemberOf = [new RoleMembership("rds_all", false)] },
                    new RoleFacts { Name = "rds_all" },
                    new RoleFacts { Name = "shop_owner" },
                ],
            },
            Source = sample.Source with { ReferencedRoles = ["rds_reports", "shop_owner"] },
        };
        Assert.That(Created(named), Is.EqualTo((string[])["rds_all", "rds_reports", "shop_owner"]));
        Assert.That(named.Plan().Databases.Single().Notes.Select(note => note.Subject), Has.None.Contains("membership"));
        var renamed = named with
        {
            Mapping = named.Mapping with { Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("rds_reports", "reports") } },
        };
        Assert.That(renamed.Codes(), Is.Empty);
        Assert.That(Created(renamed), Is.EqualTo((string[])["reports", "shop_owner"]));
        var none = named with { Mapping = named.Mapping with { Roles = new RolePolicy { Create = RoleCreation.None } } };
        Assert.That(none.Codes(), Is.EqualTo((string[])["MP4034", "MP4034", "MP4034"]));
    }

    [Test]
    public void A_role_that_only_rds_makes_and_the_target_lacks_is_an_error_until_it_is_there_or_mapped()
    {
        var granted = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles = [new RoleFacts { Name = "rds_superuser" }, new RoleFacts { Name = "rdsadmin" }, new RoleFacts { Name = "shop_owner" }],
            },
            Source = sample.Source with { ReferencedRoles = ["rds_superuser", "rdsadmin", "shop_owner"] },
        };
        Assert.That(granted.Codes(), Is.EqualTo((string[])["MP4034"]));
        Assert.That((granted with { TargetServer = granted.TargetServer with { Roles = [new RoleFacts { Name = "rds_superuser" }] } }).Codes(), Is.Empty);
        var mapped = granted with
        {
            Mapping = granted.Mapping with
            {
                Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("rds_superuser", "postgres") },
            },
        };
        Assert.That(mapped.Codes(), Is.Empty);
        Assert.That(Created(mapped), Is.EqualTo((string[])["shop_owner"]));
    }

    [Test]
    public void Two_roles_mapped_to_one_missing_name_are_created_once()
    {
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("a", "app").Add("b", "app");
        var merged = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles = [new RoleFacts { Name = "a" }, new RoleFacts { Name = "b" }, new RoleFacts { Name = "shop_owner" }],
            },
            Source = sample.Source with { ReferencedRoles = ["a", "b"] },
            Mapping = sample.Mapping with { Roles = new RolePolicy { Map = map } },
        };
        Assert.That(
            merged.Plan().Steps.OfType<CreateRolesStep>().Single().Roles!.Value.Select(role => (role.Name, role.Source.Name)),
            Is.EqualTo(((string, string)[])[("app", "a"), ("shop_owner", "shop_owner")]));
    }

    [Test]
    public void Memberships_that_the_target_login_cannot_give_are_foretold()
    {
        RoleMembership[] groups = [new("pg_monitor", false), new("pg_maintain", false), new("boss", false)];
        var target = sample.TargetServer with
        {
            VersionNumber = 160004,
            PredefinedRoles = ["pg_monitor"],
            Login = Sample.Login(createDatabases: true, createRoles: true),
            Roles = [new RoleFacts { Name = "weak" }, new RoleFacts { Name = "chief" }],
        };
        var member = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles = [new RoleFacts { Name = "shop_owner", MemberOf = [.. groups] }, new RoleFacts { Name = "boss" }],
            },
            TargetServer = target,
            Mapping = sample.Mapping with { Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("boss", "chief") } },
        };
        Assert.That(Left(member), Is.EqualTo((string[])
        [
            "pg_monitor is not for weak to give: GRANT pg_monitor TO weak WITH ADMIN OPTION",
            "pg_maintain is a role that PostgreSQL 16 does not have",
            "chief is not for weak to give: GRANT chief TO weak WITH ADMIN OPTION",
        ]));
        var admin = target.Roles[0] with { MemberOf = [new RoleMembership("pg_monitor", true), new RoleMembership("chief", true)] };
        Assert.That(Left(member with { TargetServer = target with { Roles = [admin, target.Roles[1]] } }), Has.Exactly(1).Items);
        Assert.That(
            Left(member with { TargetServer = target with { VersionNumber = 150004 } }),
            Is.EqualTo((string[])["pg_maintain is a role that PostgreSQL 15 does not have"]));
        Assert.That(
            Left(member with { TargetServer = target with { VersionNumber = 150004, Roles = [target.Roles[0], target.Roles[1] with { IsSuperuser = true }] } }),
            Has.Exactly(2).Items);

        static IEnumerable<string> Left(Sample of) =>
            of.Plan().Databases.Single().Notes.Where(note => note.Subject == "membership of role shop_owner").Select(note => note.Reason);
    }

    [Test]
    public void A_role_that_is_called_PUBLIC_is_one_like_any_other()
    {
        var named = sample with { Source = sample.Source with { ReferencedRoles = ["PUBLIC", "shop_owner"] } };
        Assert.That(Created(named), Is.EqualTo((string[])["PUBLIC", "shop_owner"]));
    }

    [Test]
    public void Amazons_administrator_can_be_mapped()
    {
        var rds = sample with
        {
            SourceServer = sample.SourceServer with { Roles = [new RoleFacts { Name = "rdsadmin" }, new RoleFacts { Name = "shop_owner" }] },
            Source = sample.Source with { ReferencedRoles = ["rdsadmin", "shop_owner"] },
            Mapping = sample.Mapping with { Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("rdsadmin", "amazon") } },
        };
        Assert.That(Created(rds), Is.EqualTo((string[])["amazon", "shop_owner"]));
    }

    [Test]
    public void A_role_that_a_created_roles_setting_names_is_created_and_renamed_there()
    {
        var set = sample with
        {
            SourceServer = sample.SourceServer with
            {
                Roles = [new RoleFacts { Name = "shop_owner", Settings = ["role=acting", "work_mem=1MB"] }, new RoleFacts { Name = "acting" }],
            },
            Mapping = sample.Mapping with { Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("acting", "acts") } },
        };
        var roles = set.Plan().Steps.OfType<CreateRolesStep>().Single().Roles!.Value;
        Assert.That(roles.Select(role => role.Name), Is.EqualTo((string[])["acts", "shop_owner"]));
        Assert.That(roles[1].Source.Settings, Is.EqualTo((string[])["role=acts", "work_mem=1MB"]));
    }

    private static IEnumerable<string> Created(Sample of) => of.Plan().Steps.OfType<CreateRolesStep>().Single().Roles!.Value.Select(role => role.Name);

    [Test]
    public void A_plain_role_that_is_a_superuser_on_the_target_is_a_risk_that_the_plan_names()
    {
        var target = sample.TargetServer with
        {
            Roles = [.. sample.TargetServer.Roles.Where(role => role.Name != "shop_owner"), new RoleFacts { Name = "shop_owner", IsSuperuser = true }],
        };
        var meeting = sample with { TargetServer = target };
        bool IsNamed(Sample of) => of.Plan().Databases.Single().Notes.Any(note => note.Kind == PlanNoteKind.Risk
            && note.Subject == "role shop_owner"
            && note.Reason.Contains("as a SUPERUSER", StringComparison.Ordinal));

        Assert.That(IsNamed(meeting), Is.True);
        Assert.That(IsNamed(sample), Is.False);
        var source = meeting.SourceServer with
        {
            Roles = [.. meeting.SourceServer.Roles.Where(role => role.Name != "shop_owner"), new RoleFacts { Name = "shop_owner", IsSuperuser = true }],
        };
        Assert.That(IsNamed(meeting with { SourceServer = source }), Is.False, "as it was");
    }
}
