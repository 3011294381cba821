namespace MigrationPlans.Aws.Accounts;

/// <param name="Action">As IAM names it: <c>rds:DescribeDBInstances</c>.</param>
/// <param name="Resource">The ARN, or <c>*</c>.</param>
/// <param name="Principal">The caller's ARN, where the failure is about rights.</param>
internal sealed record AwsCall(AwsAccess Access, string Action, string Resource, string? Principal);
