namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: what is found, or can't be found, on the endpoints.</summary>
public static class InspectionDiagnostics
{
    private static readonly DiagnosticDescriptor PasswordVariableMissingDescriptor = new(
        "MP3001", Severity.Error, "the environment variable with a password is not set",
        "The manifest says that an endpoint's password is in an environment variable, and this process has none of that name. Export it where migplan runs.");

    private static readonly DiagnosticDescriptor PasswordFileUnreadableDescriptor = new(
        "MP3002", Severity.Error, "the file with a password can't be read",
        "The manifest says that an endpoint's password is in a file. The path is relative to the manifest. The file must exist and be readable for the user that runs migplan.");

    public static Diagnostic PasswordVariableMissing(string endpoint, string variable) => new()
    {
        Descriptor = PasswordVariableMissingDescriptor,
        Message = $"the password of endpoint `{endpoint}` should be in ${variable}, which is not set",
        Subject = endpoint,
        Help = $"export {variable}=… and run the same command again",
    };

    public static Diagnostic PasswordFileUnreadable(string endpoint, string path, string reason) => new()
    {
        Descriptor = PasswordFileUnreadableDescriptor,
        Message = $"the password file `{path}` of endpoint `{endpoint}` can't be read: {reason}",
        Subject = endpoint,
    };
}
