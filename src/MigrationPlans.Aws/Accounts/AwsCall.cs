namespace MigrationPlans.Aws.Accounts;

/// <param name="Action">As IAM names it: <c>rds:DescribeDBInstances</c>.</param>
/// <param name="Resource">The ARN, what follows the account in an RDS ARN (<c>db:NAME</c>), or <c>*</c>.</param>
/// <param name="Principal">The caller's ARN, where the failure is about rights.</param>
internal sealed record AwsCall(AwsAccess Access, string Action, string Resource, string? Principal);
