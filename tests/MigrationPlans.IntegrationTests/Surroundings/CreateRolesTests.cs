using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Roles with what they are members of, their passwords and their settings.</summary>
public sealed class CreateRolesTests
{
    [Test]
    public async Task A_role_that_another_database_has_created_gets_the_memberships_that_only_this_source_knows()
    {
        await using var stage = new Stage("surr_shared");
        await stage.RunAsync(Roles(new RoleFacts { Name = "surr_both_app" }, new RoleFacts { Name = "surr_both_reader" }));
        var second = Roles(new RoleFacts { Name = "surr_both_app", MemberOf = [new("surr_both_reader", false)] }, new RoleFacts { Name = "surr_both_reader" });

        var before = await stage.ObserveAsync(second);

        Assert.That(before, Is.EqualTo(StepObservation.NotDone("1 membership is missing: surr_both_app in surr_both_reader")));
        Assert.That((await stage.RunAsync(second)).Summary, Is.EqualTo("0 roles created"));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "postgres", "SELECT pg_has_role('surr_both_app', 'surr_both_reader', 'MEMBER')"), Is.True);
        Assert.That((await stage.ObserveAsync(second)).IsDone, Is.True);
    }

    [Test]
    public async Task A_membership_that_the_server_refuses_is_left_out_with_a_note()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_giver LOGIN CREATEROLE PASSWORD 'g'");
        await using var stage = new Stage("surr_refused", target: new StageLogin("surr_giver", "g"), adapt: mapping => mapping with
        {
            Roles = new RolePolicy { Map = new RolePolicy().Map.Add("boss", PostgreSql.Clusters.LocalCluster.Superuser) },
        });

        var result = await stage.RunAsync(Roles(new RoleFacts { Name = "surr_modest", MemberOf = [new("boss", false)] }));

        Assert.That(result.Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6311" }));
        Assert.That(result.Notes[0].Message, Does.Contain("membership in"));
    }

    /// <summary>Sources that are not the mapping's: one is gone, another has none to give.</summary>
    [Test]
    public async Task A_password_comes_from_the_first_source_that_can_be_asked_and_has_one()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_bare_app LOGIN; CREATE ROLE surr_keyed_app LOGIN PASSWORD 'k'");
        await using var stage = new Stage("postgres");
        stage.Manifest = stage.Manifest with { Sources = [.. stage.Manifest.Sources, Stage.EndpointOf("gone", EndpointRole.Source, 1)] };
        var app = new PlannedRole("surr_choosy", new RoleFacts { Name = "surr_choosy", CanLogin = true })
        {
            PasswordFrom = [new("gone", "surr_choosy"), new("s", "surr_bare_app"), new("s", "surr_keyed_app")],
        };
        var poor = app with { Name = "surr_poor", PasswordFrom = [new("gone", "surr_poor")] };

        var result = await stage.RunAsync(new CreateRolesStep { Id = "r", Database = "t", Roles = [app, poor] });

        Assert.That(result.Notes.Single().Message, Does.Contain("created without a password").And.Contain(": surr_poor"));
        var password = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'surr_choosy'");
        Assert.That(
            password,
            Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Source, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'surr_keyed_app'")));
    }

    [Test]
    public async Task A_setting_may_name_a_role_that_is_created_after_it()
    {
        await using var stage = new Stage("postgres");
        var result = await stage.RunAsync(Roles(
            new RoleFacts { Name = "surr_a_first", Settings = ["role=surr_z_last"] }, new RoleFacts { Name = "surr_z_last" }));
        Assert.That(result.Notes, Is.Empty);
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT rolconfig[1] FROM pg_roles WHERE rolname = 'surr_a_first'"),
            Is.EqualTo("role=surr_z_last"));
    }

    private static CreateRolesStep Roles(params RoleFacts[] roles) =>
        new() { Id = "r", Database = "t", Roles = [.. roles.Select(role => new PlannedRole(role.Name, role))] };
}
