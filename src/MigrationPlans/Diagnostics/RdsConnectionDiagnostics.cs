using System.Collections.Immutable;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: why a connection to an RDS instance does not come about, with the way out that AWS has for it.</summary>
public static class RdsConnectionDiagnostics
{
    private static readonly DiagnosticDescriptor TlsWantedDescriptor = new(
        "MP3531", Severity.Error, "an RDS instance refuses a login without TLS",
        """
        With the parameter `rds.force_ssl` at 1 (the default from PostgreSQL 15 on), RDS refuses every connection without TLS, and the
        manifest says `tls.mode: disable`. A role that may not log in, or does not exist, can get the same answer; the message tells.
        """);

    private static readonly DiagnosticDescriptor NotReachedDescriptor = new(
        "MP3532", Severity.Error, "an RDS instance does not answer",
        """
        AWS says that the instance is there and listening, but no connection came about. The port must be let in by one of its security
        groups, from the address of the machine that runs migplan; an instance that is not publicly accessible is reached only from inside
        its VPC, over peering, a transit gateway or a VPN, or through a tunnel that `connect` names:
        `aws ssm start-session --document-name AWS-StartPortForwardingSessionToRemoteHost …`, or `ssh -L`.
        """);

    private static readonly DiagnosticDescriptor TokenRefusedDescriptor = new(
        "MP3533", Severity.Error, "an RDS instance refuses an IAM token",
        """
        A token is made without asking AWS; only the instance checks it. It takes the token when the principal that made it may
        `rds-db:connect` as that database user, and the user exists and was granted `rds_iam`.
        """);

    public static Diagnostic TlsWanted(string subject, string username, string sqlState, string message) => new()
    {
        Descriptor = TlsWantedDescriptor,
        Message = $"{subject} refuses the login of `{username}` over a connection without TLS: {message} (SQLSTATE {sqlState})",
        Help = "say `tls: { mode: verify-full }` (or leave it out: that is the default for `rds`)",
        Subject = subject,
    };

    /// <param name="account">Null where it is not known.</param>
    public static Diagnostic NotReached(
        string subject, string instance, string? account, string address, bool isTunnel, bool isPublic, ImmutableArray<string> securityGroups, string reason) =>
        new()
        {
            Descriptor = NotReachedDescriptor,
            Message = $"instance `{instance}`{(account is null ? "" : $" of account {account}")} does not answer at {address}: {reason}",
            Detail = isTunnel
                ? "that is where `connect` says that the tunnel begins"
                : $"it is {(isPublic ? "publicly accessible" : "not publicly accessible: only its VPC, and networks joined to it, reach it")}",
            Help = isTunnel
                ? "open the tunnel, or take `connect` out"
                : $"let this machine in to the port in {Groups(securityGroups)}, or open a tunnel and name it in `connect`",
            Subject = subject,
        };

    /// <param name="principal">The role's ARN; null for the credentials that migplan was started with.</param>
    public static Diagnostic TokenRefused(string subject, string username, string? principal, string resource, string message) => new()
    {
        Descriptor = TokenRefusedDescriptor,
        Message = $"{subject} refuses the IAM token of `{username}`: {message}",
        Detail = $"the token was made by {principal ?? "the credentials that migplan was started with"}",
        Help = $$"""add to that principal's policies: {"Effect": "Allow", "Action": "rds-db:connect", "Resource": "{{resource}}"}; and in the database: GRANT rds_iam TO {{username}}""",
        Subject = subject,
    };

    private static string Groups(ImmutableArray<string> groups) =>
        groups.IsEmpty ? "its security group" : $"security group {string.Join(" or ", groups)}";
}
