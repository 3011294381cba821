namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9: what <c>import</c> meets. None of these repeats any text of a line, because it may hold a password.</summary>
public static class ImportDiagnostics
{
    private static readonly DiagnosticDescriptor MalformedLineDescriptor = new(
        "MP9002", Severity.Error, "a line of the mapping file can't be understood",
        """
        Each line is `old_url@@new_url`, both as `postgresql://user:password@host:port/database?sslmode=…`. Special characters in
        user names, passwords and database names are URL-encoded (`@` as `%40`, `/` as `%2F`, `#` as `%23`). Blank lines and lines that start
        with `#` are skipped. The line is not repeated in the finding, because it may hold a password.
        """);

    private static readonly DiagnosticDescriptor NoLinesDescriptor = new(
        "MP9003", Severity.Error, "the mapping file holds no mapping",
        "The file has only blank lines and comments.");

    private static readonly DiagnosticDescriptor ParameterIgnoredDescriptor = new(
        "MP9004", Severity.Warning, "a parameter of a URL has no place in a manifest",
        "`sslmode`, `sslrootcert`, `user`, `password`, `host`, `port` and `dbname` are carried over; others are left out. Session settings are chosen by the migration itself.");

    private static readonly DiagnosticDescriptor PasswordsDifferDescriptor = new(
        "MP9005", Severity.Warning, "two lines give one login different passwords",
        "Lines with the same server and user share an endpoint, and with it one password variable. Set the variable to the password that is right.");

    private static readonly DiagnosticDescriptor TargetTakenDescriptor = new(
        "MP9006", Severity.Error, "two lines fill one database",
        "A target database is filled by exactly one mapping. Correct one of the lines.");

    private static readonly DiagnosticDescriptor LineRepeatedDescriptor = new(
        "MP9007", Severity.Warning, "a line repeats an earlier one",
        "Source and target are the same as in an earlier line, so it is left out.");

    private static readonly DiagnosticDescriptor SourceIsTargetDescriptor = new(
        "MP9008", Severity.Error, "a line copies a database onto itself",
        "Both URLs of the line name the same database of the same server.");

    private static readonly DiagnosticDescriptor OutputExistsDescriptor = new(
        "MP9009", Severity.Error, "the output file exists",
        "Nothing is overwritten without being asked to. Choose another name, or pass `--force`.");

    private static readonly DiagnosticDescriptor OutputUnwritableDescriptor = new(
        "MP9010", Severity.Error, "the output file can't be written",
        "Its directory must exist and be writable for the user that runs migplan. The file that `import` reads is not written over, as its passwords would be gone.");

    private static readonly DiagnosticDescriptor TlsModesDifferDescriptor = new(
        "MP9011", Severity.Warning, "lines ask for different TLS modes of one login",
        "Lines with the same server and user share an endpoint, and with it one `tls.mode`. The strictest is taken.");

    private static readonly DiagnosticDescriptor CertificatesDifferDescriptor = new(
        "MP9012", Severity.Warning, "lines trust different certificates of one login",
        "Lines with the same server and user share an endpoint, and with it one `tls.rootCertificate`. That of the first line that names one is taken; check that it is the right one.");

    public static Diagnostic CertificatesDiffer(SourceSpan span, int takenLine) => new()
    {
        Descriptor = CertificatesDifferDescriptor,
        Message = $"this line trusts other certificates than line {takenLine}, whose `sslrootcert` holds for both",
        Span = span,
    };

    public static Diagnostic TlsModesDiffer(SourceSpan span, string strictest) => new()
    {
        Descriptor = TlsModesDifferDescriptor,
        Message = $"another line asks for `sslmode={strictest}` of the same server, which is stricter and holds for both",
        Span = span,
    };

    public static Diagnostic MalformedLine(SourceSpan span, string reason) => new()
    {
        Descriptor = MalformedLineDescriptor,
        Message = $"line {span.Line} can't be understood: {reason}",
        Span = span,
        Help = "write `postgresql://user:password@host:port/database@@postgresql://…`",
    };

    public static Diagnostic NoLines(SourceSpan span) => new()
    {
        Descriptor = NoLinesDescriptor,
        Message = "the file holds no mapping",
        Span = span,
    };

    public static Diagnostic ParameterIgnored(SourceSpan span, string parameter) => new()
    {
        Descriptor = ParameterIgnoredDescriptor,
        // What does not look like a name may be a stray part of a password.
        Message = parameter.All(c => char.IsAsciiLetterLower(c) || c == '_') ? $"the parameter `{parameter}` is left out" : "a parameter is left out",
        Span = span,
    };

    public static Diagnostic PasswordsDiffer(SourceSpan span, string login, int firstLine) => new()
    {
        Descriptor = PasswordsDifferDescriptor,
        Message = $"this line has another password for {login} than line {firstLine}",
        Span = span,
    };

    public static Diagnostic TargetTaken(SourceSpan span, int firstLine) => new()
    {
        Descriptor = TargetTakenDescriptor,
        Message = $"this line fills the same database as line {firstLine}",
        Span = span,
    };

    public static Diagnostic LineRepeated(SourceSpan span, int firstLine) => new()
    {
        Descriptor = LineRepeatedDescriptor,
        Message = $"this line says the same as line {firstLine} and is left out",
        Span = span,
    };

    public static Diagnostic SourceIsTarget(SourceSpan span) => new()
    {
        Descriptor = SourceIsTargetDescriptor,
        Message = "both URLs of this line name the same database",
        Span = span,
    };

    public static Diagnostic OutputExists(string file) => new()
    {
        Descriptor = OutputExistsDescriptor,
        Message = $"`{Quoting.Plain(file)}` exists",
        Help = "choose another name, or pass --force",
    };

    public static Diagnostic OutputUnwritable(string file, string reason) => new()
    {
        Descriptor = OutputUnwritableDescriptor,
        Message = $"`{Quoting.Plain(file)}` can't be written: {reason}",
    };
}
