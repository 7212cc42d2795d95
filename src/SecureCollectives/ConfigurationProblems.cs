namespace SecureCollectives;

/// <summary>
/// Reports all problems with a worker's settings together, one per line, so that users need not restart the worker to see the next one.
/// </summary>
internal static class ConfigurationProblems
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problems">The problems, at least one, as clauses without a full stop.</param>
    public static MembershipException ToException(IReadOnlyList<string> problems) => new(
        MembershipError.Configuration, "This worker cannot join its job" + (problems is [var only] ? $": {only}." : List(problems)));

    private static string List(IReadOnlyList<string> problems) =>
        $". Correct these settings:{string.Concat(problems.Select(static problem => $"\n- {problem}."))}";
}
