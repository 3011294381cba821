using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Something that a strategy needs before anything is changed; passes over mappings of other strategies.</summary>
public interface IPreflightCheck
{
    /// <param name="sourceMajor">Of the source server: 15.</param>
    /// <exception cref="StepFailedException">It is not there.</exception>
    Task CheckAsync(StepContext context, int sourceMajor, CancellationToken cancellationToken);
}
