using FluentValidation;
using FluentValidation.Results;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Validation.Rules;

/// <summary>A set of rules on one topic. Each failure carries its own code and diagnostic; the library's defaults are never used.</summary>
internal abstract class ManifestRule : AbstractValidator<RuleInput>
{
    /// <summary>Adds a rule over each of the items.</summary>
    protected void ForEach<T>(Func<RuleInput, IEnumerable<T>> items, Action<RuleInput, T, Action<string, Diagnostic>> check) =>
        RuleFor(input => input).Custom((input, context) =>
        {
            foreach (var item in items(input))
            {
                check(input, item, (path, diagnostic) => context.AddFailure(Failure(path, diagnostic)));
            }
        });

    /// <summary>Adds a rule over the manifest as a whole.</summary>
    protected void ForAll(Action<RuleInput, Action<string, Diagnostic>> check) =>
        ForEach<RuleInput>(input => [input], (input, _, report) => check(input, report));

    private static ValidationFailure Failure(string path, Diagnostic diagnostic) => new(path, diagnostic.Message)
    {
        ErrorCode = diagnostic.Code,
        CustomState = diagnostic,
    };
}
