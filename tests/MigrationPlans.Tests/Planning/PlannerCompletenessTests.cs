using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>What the plan says beforehand of what can't come along, or not as it is.</summary>
public sealed class PlannerCompletenessTests
{
    private readonly Sample sample = new();

    private Sample Weak => sample with { TargetServer = sample.TargetServer with { Login = Sample.Login(createDatabases: true, createRoles: true) } };

    [Test]
    public void Large_objects_that_the_source_login_may_not_read_are_an_error()
    {
        var unreadable = sample with { Source = sample.Source with { LargeObjects = 5, UnreadableLargeObjects = 2 } };
        Assert.That(unreadable.Codes(), Is.EqualTo((string[])["MP4091"]));
    }

    [Test]
    public void Large_objects_stay_behind_when_a_part_is_picked_and_the_plan_says_how_many()
    {
        var partial = sample with
        {
            Source = sample.Source with { LargeObjects = 5, UnreadableLargeObjects = 2 },
            Mapping = sample.Mapping with { Include = new Selection { Schemas = ["public"] } },
        };
        var found = Planner.Plan(partial.Manifest, partial.Facts).Diagnostics;
        Assert.That(found.Select(finding => finding.Code), Is.EqualTo((string[])["MP4093"]));
        Assert.That(found[0].Message, Does.StartWith("5 large objects"));
    }

    [Test]
    public void Objects_that_take_a_superuser_are_named_before_the_restore_would_fail_at_them()
    {
        var mighty = Weak with
        {
            Source = sample.Source with { SuperuserObjects = [new("function", "public", "public.f()"), new("event trigger", null, "watch")] },
        };
        var found = Planner.Plan(mighty.Manifest, mighty.Facts).Diagnostics;
        Assert.That(found.Select(finding => finding.Code), Is.EqualTo((string[])["MP4092"]));
        Assert.That(found[0].Message, Does.Contain("function public.f(), event trigger watch"));
        var many = mighty with
        {
            Source = sample.Source with
            {
                SuperuserObjects = [.. Enumerable.Range(1, 5).Select(i => new SuperuserObject("function", "public", $"public.f{i}()"))],
            },
        };
        var all = Planner.Plan(many.Manifest, many.Facts).Diagnostics.Single();
        Assert.That(all.Message, Does.Contain("function public.f3() and 2 more"));
        Assert.That(all.Detail, Is.EqualTo("the others are function public.f4(), function public.f5()"));
        Assert.That((mighty with { TargetServer = sample.TargetServer }).Codes(), Is.Empty, "as superuser");
        var managed = mighty with
        {
            Source = sample.Source with { SuperuserObjects = [new("event trigger", null, "watch")] },
            TargetServer = mighty.TargetServer with { Login = Sample.Login(true, true, "rds_superuser") },
        };
        Assert.That(managed.Codes(), Is.Empty, "event triggers on RDS");
    }

    [Test]
    public void An_owner_that_is_a_superuser_on_the_target_is_an_error_until_it_is_mapped()
    {
        var owned = Weak with { TargetServer = Weak.TargetServer with { Roles = [new RoleFacts { Name = "shop_owner", IsSuperuser = true }] } };
        Assert.That(owned.Codes(), Is.EqualTo((string[])["MP4094"]));
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("shop_owner", owned.TargetServer.Login.Name);
        Assert.That((owned with { Mapping = owned.Mapping with { Roles = new RolePolicy { Map = map } } }).Codes(), Is.Empty);
    }

    [Test]
    public void One_that_owns_nothing_but_large_objects_is_looked_at_where_they_come_along()
    {
        var owned = Weak with
        {
            Source = Weak.Source with { Owners = [new OwnerFacts("lo_owner", null, "large object 5001")] },
            TargetServer = Weak.TargetServer with { Roles = [new RoleFacts { Name = "lo_owner", IsSuperuser = true }] },
        };
        Assert.That(MessagesOf(owned).Single(), Does.Contain("can't give large object 5001 to `lo_owner`"));
        Assert.That(MessagesOf(owned with { Mapping = owned.Mapping with { Exclude = new Selection { Schemas = ["none"] } } }), Is.Empty);
    }

    [Test]
    public void Owners_of_what_is_no_relation_and_of_the_database_are_looked_at_too()
    {
        var server = Weak.TargetServer with { Roles = [new RoleFacts { Name = "postgres", IsSuperuser = true }] };
        var settings = Weak.Source.Settings!;
        var function = Weak with
        {
            TargetServer = server,
            Source = Weak.Source with { Owners = [new("shop_owner", "public", "schema x"), new("postgres", "public", "function public.f()")] },
        };
        Assert.That(
            MessagesOf(function),
            Is.EqualTo((string[])[$"login `{server.Login.Name}` can't give function public.f() to `postgres`, which is a superuser on the target"]));
        var database = Weak with { TargetServer = server, Source = Weak.Source with { Settings = settings with { Owner = "postgres" } } };
        Assert.That(MessagesOf(database).Single(), Does.Contain("can't give database shop to `postgres`"));
        var there = Weak.Target with { Exists = true, IsEmpty = true, Settings = settings with { Owner = "postgres" } };
        Assert.That(MessagesOf(database with { Target = there }), Is.Empty, "nothing to change");
        var far = Weak with { TargetServer = server, Source = Weak.Source with { Owners = [new("postgres", null, "server far")] } };
        Assert.That(MessagesOf(far), Has.Length.EqualTo(1));
        Assert.That(MessagesOf(far with { Mapping = Weak.Mapping with { Include = new Selection { Schemas = ["public"] } } }), Is.Empty, "stays behind");
    }

    [Test]
    public void Sorting_by_another_version_of_a_library_is_a_risk_with_the_indexes_that_it_touches()
    {
        var versions = ImmutableSortedDictionary<string, string>.Empty;
        var sorted = sample with
        {
            Source = sample.Source with { CollatedIndexes = [new("icu", 3, "public.by_name"), new("libc", 1, "public.by_city")] },
            SourceServer = sample.SourceServer with { CollationVersions = versions.Add("icu", "153.112").Add("libc", "2.36") },
            TargetServer = sample.TargetServer with { CollationVersions = versions.Add("icu", "153.120").Add("libc", "2.36") },
        };
        var note = sorted.Plan().Databases.Single().Notes.Single(note => note.Subject == "icu collations");
        Assert.That(note.Reason, Is.EqualTo(
            "version 153.112 on the source, 153.120 on the target: text may sort otherwise, and be equal otherwise, in 3 indexes, public.by_name among them"));
        Assert.That(sorted.Plan().Databases.Single().Notes.Select(each => each.Subject), Has.None.EqualTo("libc collations"));
    }

    [Test]
    public void What_arrives_otherwise_is_listed_object_by_object()
    {
        var changed = sample with
        {
            Source = sample.Source with
            {
                ReorderedTables = ["public.orders"],
                HiddenUserMappings = ["far for app"],
                Extensions = [new ExtensionFacts("hstore", "1.8", "public") { Owner = "shop_owner" }],
            },
            TargetServer = sample.TargetServer with { AvailableExtensions = ImmutableSortedDictionary<string, string>.Empty.Add("hstore", "1.8") },
        };
        var subjects = changed.Plan().Databases.Single().Notes.Select(note => note.Subject).ToList();
        Assert.That(subjects, Is.SupersetOf((string[])["table public.orders", "options of user mapping far for app", "extension hstore"]));
    }

    [TestCase(true, "", ExpectedResult = "MP4169")]
    [TestCase(false, "", ExpectedResult = "MP4170")]
    [TestCase(true, "public.orders", ExpectedResult = "")]
    public string A_column_with_values_that_no_server_takes_in_is_told_with_its_rows(bool isSeen, string left) => ClosedCodes(sample with
    {
        Source = sample.Source with { ClosedColumns = [new ClosedColumn("public", "orders", "tree", "pg_node_tree") { IsSeen = isSeen }] },
        Mapping = sample.Mapping with { Exclude = left.Length == 0 ? sample.Mapping.Exclude : new Selection { TableData = [left] } },
    });

    [TestCase(15, "a int", true, ExpectedResult = "")]
    [TestCase(16, "a int, b int", true, ExpectedResult = "")]
    [TestCase(16, "a int", true, ExpectedResult = "MP4169")]
    [TestCase(16, "a int", false, ExpectedResult = "MP4170")]
    [TestCase(16, "a int, c int", true, ExpectedResult = "MP4170")]
    [TestCase(16, null, true, ExpectedResult = "MP4170")]
    [TestCase(16, "", true, ExpectedResult = "MP4169")]
    public string Rows_of_a_catalog_are_refused_where_it_has_other_columns_in_the_targets_version(int target, string? there, bool isSeen) =>
        ClosedCodes(sample with
        {
            SourceServer = sample.SourceServer with { VersionNumber = 150000 },
            TargetServer = sample.TargetServer with
            {
                VersionNumber = target * 10000,
                RowTypes = there is null ? sample.TargetServer.RowTypes : sample.TargetServer.RowTypes.Add("pg_catalog.pg_locks", there),
            },
            Source = sample.Source with
            {
                ClosedColumns = [new ClosedColumn("public", "orders", "lock", "pg_locks")
                {
                    RowType = "pg_catalog.pg_locks",
                    RowColumns = "a int, b int",
                    IsSeen = isSeen,
                }],
            },
        });

    [Test]
    public void Of_two_reasons_against_a_column_the_surer_one_is_told() => Assert.That(
        ClosedCodes(sample with
        {
            Source = sample.Source with
            {
                ClosedColumns = [new ClosedColumn("public", "orders", "tree", "kept"), new ClosedColumn("public", "orders", "tree", "kept") { IsSeen = true }],
            },
        }),
        Is.EqualTo("MP4169"));

    private static string ClosedCodes(Sample closed) => string.Join(' ', closed.Codes().Where(code => code is "MP4169" or "MP4170"));

    [TestCase("public.*", true)]
    [TestCase("billing.*", false)]
    public void What_an_empty_target_has_on_its_schema_public_is_spoken_of_where_that_is_picked(string picked, bool isNamed)
    {
        var empty = sample with
        {
            Target = sample.Target with { Exists = true, IsEmpty = true, OwnPrivileges = ["privileges of app on schema public"] },
            Source = sample.Source with { Relations = [.. sample.Source.Relations, Sample.Table("billing", "bills")] },
            Mapping = sample.Mapping with { Include = new Selection { Tables = [picked] } },
        };
        var found = Planner.Plan(empty.Manifest, empty.Facts).Diagnostics.Single(finding => finding.Code == "MP4100");
        Assert.That(found.Message.Contains("app on schema public", StringComparison.Ordinal), Is.EqualTo(isNamed), found.Message);
    }

    [Test]
    public void Tablespaces_that_the_login_has_not_on_the_target_are_named_with_what_is_in_them()
    {
        var spread = sample with
        {
            Source = sample.Source with
            {
                Tablespaces =
                [
                    new("fast", "public", "customers"),
                    new("fast", "public", "orders"),
                    new("slow", "public", "orders"),
                    new("there", "public", "orders"),
                ],
                Settings = sample.Source.Settings! with { Tablespace = "own" },
            },
            TargetServer = sample.TargetServer with { Tablespaces = ["there"] },
        };
        var notes = spread.Plan().Databases.Single().Notes.Where(note => note.Subject.StartsWith("tablespace ", StringComparison.Ordinal)).ToList();
        Assert.That(notes.Select(note => note.Subject), Is.EqualTo((string[])["tablespace fast", "tablespace slow", "tablespace own of the database"]));
        Assert.That(
            notes[0].Reason,
            Is.EqualTo("the run can't create in one of that name: what is in it, of public.customers and 1 more table, goes into the database's own (MP6211)"));
        var left = spread with { Mapping = sample.Mapping with { Exclude = new Selection { Tables = ["public.orders"] } } };
        Assert.That(left.Plan().Databases.Single().Notes.Select(note => note.Subject), Has.None.EqualTo("tablespace slow"));
    }

    [TestCase(false, null, OnExisting.Fail, "owned pg_default", ExpectedResult = "")]
    [TestCase(false, "own", OnExisting.Fail, "owned pg_default own", ExpectedResult = "own, own of the database")]
    [TestCase(true, "own", OnExisting.Fail, "owned own pg_default", ExpectedResult = "pg_default")]
    [TestCase(true, "own", OnExisting.Replace, "owned own pg_default", ExpectedResult = "own, own of the database")]
    public string A_tablespace_that_an_owner_may_use_or_that_is_the_databases_own_is_not_named(bool isThere, string? own, OnExisting onExisting, string used)
    {
        var spread = sample with
        {
            Mapping = sample.Mapping with { OnExisting = onExisting },
            Source = sample.Source with
            {
                Tablespaces = [.. used.Split(' ').Select(name => new UsedTablespace(name, "public", "orders"))],
                Settings = sample.Source.Settings! with { Tablespace = own },
            },
            Target = isThere
                ? sample.Target with { Exists = true, IsEmpty = onExisting == OnExisting.Fail, Settings = sample.Source.Settings! with { Tablespace = own } }
                : sample.Target,
            TargetServer = sample.TargetServer with { TablespacePrivileges = [("shop_owner", "owned"), ("stranger", "own")] },
        };
        return string.Join(
            ", ",
            spread.Plan()
                .Databases.Single()
                .Notes.Select(note => note.Subject)
                .Where(subject => subject.StartsWith("tablespace ", StringComparison.Ordinal))
                .Select(subject => subject["tablespace ".Length..]));
    }

    [Test]
    public void Values_whose_parts_would_change_places_are_an_error_where_their_rows_are_picked()
    {
        var reordered = sample with { Source = sample.Source with { ReorderedValues = [new("public", "orders", "v", "public.c")] } };
        var found = Planner.Plan(reordered.Manifest, reordered.Facts).Diagnostics;
        Assert.That(found.Select(finding => finding.Code), Is.EqualTo((string[])["MP4096"]));
        Assert.That(found[0].Message, Does.Contain("column \"v\" of public.orders").And.Contain("public.c"));
        var left = reordered with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.orders"] } } };
        Assert.That(left.Codes(), Has.None.EqualTo("MP4096"));
    }

    [Test]
    public void Objects_of_schemas_that_are_picked_only_in_part_are_said_to_stay_behind()
    {
        var partial = sample with
        {
            Source = sample.Source with { SchemaObjects = [new("public", "function", 2, "f"), new("public", "type", 1, "mood")] },
            Mapping = sample.Mapping with { Include = new Selection { Tables = ["public.orders", "public.customers"] } },
        };
        Assert.That(
            partial.Plan().Notes.Select(note => note.Subject),
            Is.EqualTo((string[])["legacy/shop: 2 functions, f among them of schema public", "legacy/shop: type mood of schema public"]));
        Assert.That((partial with { Mapping = sample.Mapping }).Plan().Notes, Is.Empty);
    }

    [Test]
    public void An_owner_that_is_there_takes_the_right_to_become_a_member_of_it()
    {
        Assert.That(CodesAt(15, new LoginFacts { Name = "mig", CanCreateDatabases = true, CanCreateRoles = true }), Is.Empty);
        Assert.That(CodesAt(15, new LoginFacts { Name = "mig", CanCreateDatabases = true }), Does.Contain("MP4097"));
        var creator = new LoginFacts { Name = "mig", CanCreateDatabases = true, CanCreateRoles = true };
        Assert.That(CodesAt(16, creator), Is.EqualTo((string[])["MP4097"]));
        Assert.That(CodesAt(16, creator, new RoleMembership("shop_owner", WithAdmin: true)), Is.Empty);
        Assert.That(CodesAt(16, creator with { MemberOf = ["shop_owner"] }), Is.Empty);
        Assert.That(CodesAt(16, creator, new RoleMembership("other", WithAdmin: true)), Is.EqualTo((string[])["MP4097"]));
        var heir = creator with { MemberOf = ["shop_owner"], RightsOnly = ["shop_owner"] };
        Assert.That(CodesAt(16, heir), Is.EqualTo((string[])["MP4097"]), "a membership without SET");
        Assert.That(CodesAt(16, heir, new RoleMembership("shop_owner", WithAdmin: true)), Is.Empty);
    }

    [TestCase(15)]
    [TestCase(16)]
    public void An_owner_that_is_in_the_login_keeps_it_out(int major)
    {
        var within = Weak with
        {
            TargetServer = Weak.TargetServer with
            {
                VersionNumber = major * 10000,
                Roles =
                [
                    new() { Name = "shop_owner", MemberOf = [new("group", WithAdmin: false)] },
                    new() { Name = "group", MemberOf = [new(Weak.TargetServer.Login.Name, WithAdmin: false)] },
                    new() { Name = Weak.TargetServer.Login.Name, MemberOf = [new("shop_owner", WithAdmin: true)] },
                ],
            },
        };
        var found = Planner.Plan(within.Manifest, within.Facts).Diagnostics.Single();
        Assert.That(found.Code, Is.EqualTo("MP4183"));
        Assert.That(found.Help, Does.Contain("REVOKE \"weak\" FROM \"group\""));
        Assert.That((within with { TargetServer = within.TargetServer with { Login = sample.TargetServer.Login } }).Codes(), Is.Empty, "as superuser");
    }

    /// <summary>It may have to join the role, and no two roles are in each other.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_membership_in_the_login_itself_is_not_given(bool isSuperuser)
    {
        var login = Weak.TargetServer.Login with { IsSuperuser = isSuperuser };
        var mapped = Weak with
        {
            Mapping = sample.Mapping with { Roles = new RolePolicy { Map = new RolePolicy().Map.Add("master", login.Name) } },
            SourceServer = sample.SourceServer with
            {
                Roles = [new() { Name = "shop_owner", MemberOf = [new("master", WithAdmin: false)] }, new() { Name = "master" }],
            },
            TargetServer = Weak.TargetServer with { Login = login, Roles = [new() { Name = login.Name }] },
        };
        var notes = mapped.Plan().Databases.Single().Notes.Where(note => note.Subject == "membership of role shop_owner").ToList();
        Assert.That(notes, Has.Count.EqualTo(isSuperuser ? 0 : 1));
        Assert.That(notes.Select(note => note.Reason), Has.All.StartsWith("weak is the login of the run").And.All.EndsWith("GRANT weak TO shop_owner afterwards"));
    }

    [Test]
    public void Settings_that_the_login_may_not_make_are_said_to_stay_behind()
    {
        var parameters = new ServerParameters { OfSuperusers = ["log_statement", "loaded.mighty"], OfLibraries = ["loaded.mighty", "loaded.plain"] };
        var set = Weak with
        {
            Source = sample.Source with
            {
                OwnSettings =
                [
                    "Log_Statement of clerk", "default privileges of a.b", "loaded.mighty", "loaded.plain", "my.custom", "statement_timeout",
                ],
            },
            SourceServer = sample.SourceServer with { Roles = [new() { Name = "shop_owner", Settings = ["work_mem=4MB", "my.own=1"] }] },
            TargetServer = Weak.TargetServer with { Parameters = parameters },
        };
        string[] SubjectsFor(Sample asked) =>
            [.. asked.Plan().Databases.Single().Notes.Select(note => note.Subject).Where(subject => subject.StartsWith("setting ", StringComparison.Ordinal))];
        Assert.That(
            SubjectsFor(set),
            Is.EqualTo((string[])["setting Log_Statement of clerk", "setting loaded.mighty", "setting my.custom", "setting my.own of shop_owner"]));
        var granted = set with { TargetServer = set.TargetServer with { ParameterPrivileges = [("weak", "parameter my.custom")] } };
        Assert.That(SubjectsFor(granted), Has.None.EqualTo("setting my.custom"));
        Assert.That(SubjectsFor(set with { TargetServer = sample.TargetServer with { Parameters = parameters } }), Is.Empty, "as superuser");
    }

    [Test]
    public void Who_gave_a_right_takes_it_too()
    {
        var creator = new LoginFacts { Name = "mig", CanCreateDatabases = true, CanCreateRoles = true, MemberOf = ["shop_owner"] };
        var given = sample with { Source = sample.Source with { Owners = [new OwnerFacts("clerk", "public", "table public.orders") { IsGiver = true }] } };
        var server = sample.TargetServer with { Login = creator, Roles = [new() { Name = "shop_owner" }, new() { Name = "clerk" }] };
        string[] CodesOf(int major) => [.. (given with { TargetServer = server with { VersionNumber = major * 10000 } }).Codes()];
        Assert.That(CodesOf(16), Is.EqualTo((string[])["MP4097"]));
        Assert.That(CodesOf(15), Is.Empty);
    }

    [Test]
    public void A_predefined_owner_takes_it_too_and_is_on_every_server()
    {
        var creator = new LoginFacts { Name = "mig", CanCreateDatabases = true, CanCreateRoles = true };
        var predefined = sample with
        {
            Source = sample.Source with { Owners = [new OwnerFacts("pg_monitor", null, "default acl for role pg_monitor on tables")] },
        };
        string[] CodesOf(int major, LoginFacts login) =>
        [
            .. (predefined with { TargetServer = sample.TargetServer with { VersionNumber = major * 10000, Login = login } }).Codes(),
        ];
        Assert.That(CodesOf(16, creator), Is.EqualTo((string[])["MP4097"]));
        Assert.That(CodesOf(15, creator), Is.Empty);
        Assert.That(CodesOf(16, creator with { IsSuperuser = true }), Is.Empty);
        predefined = predefined with { Source = predefined.Source with { Owners = [new OwnerFacts("pg_database_owner", "public", "table public.orders")] } };
        Assert.That(CodesOf(16, creator), Is.Empty);
    }

    private string[] CodesAt(int major, LoginFacts login, params RoleMembership[] memberships)
    {
        RoleFacts[] roles = [new() { Name = "shop_owner" }, new() { Name = login.Name, MemberOf = [.. memberships] }];
        return [.. (sample with { TargetServer = sample.TargetServer with { VersionNumber = major * 10000, Login = login, Roles = [.. roles] } }).Codes()];
    }

    private static string[] MessagesOf(Sample sample) =>
        [.. Planner.Plan(sample.Manifest, sample.Facts).Diagnostics.Where(finding => finding.Code == "MP4094").Select(finding => finding.Message)];
}
