using System.Collections.Immutable;
using System.Text;

namespace MigrationPlans.Aws.Policies;

/// <summary>Policies as Terraform resources; each account's belong into that account's configuration.</summary>
public static class PolicyTerraform
{
    public static string Write(ImmutableArray<PrincipalPolicy> policies, string host)
    {
        var text = new StringBuilder();
        foreach (var (policy, label) in policies.Zip(DistinctNames.Of(policies.Select(Label))))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append($"# account {policy.Account ?? "that migplan runs in"}\n");
            if (policy.RoleArn is not null)
            {
                text.Append($"resource \"aws_iam_role\" \"{label}\" {{\n  name               = \"{policy.Name}\"\n")
                    .Append(policy.Path is { } path ? $"  path               = \"{Escape(path)}\"\n" : "")
                    .Append($"  assume_role_policy = {Heredoc(PolicyJson.Text(PolicyJson.Trust(policy, host)))}\n}}\n\n");
            }

            var role = policy.RoleArn is null ? $"\"{host.Split('/')[^1]}\"" : $"aws_iam_role.{label}.name";
            text.Append($"resource \"aws_iam_role_policy\" \"{label}\" {{\n  name   = \"migplan\"\n  role   = {role}\n")
                .Append($"  policy = {Heredoc(PolicyJson.Text(PolicyJson.Permissions(policy)))}\n}}\n");
        }

        return text.ToString();
    }

    private static string Heredoc(string json) => $"<<-JSON\n    {Plain(json).Replace("\n", "\n    ", StringComparison.Ordinal)}\n  JSON";

    /// <summary>Paths may hold any printable character.</summary>
    private static string Escape(string text) =>
        Plain(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));

    /// <summary>Interpolation marks are doubled, so that Terraform takes the text as it is.</summary>
    private static string Plain(string text) =>
        text.Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);

    private static string Label(PrincipalPolicy policy) =>
        string.Concat($"migplan_{policy.Account ?? "host"}_{policy.Name}".Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
}
