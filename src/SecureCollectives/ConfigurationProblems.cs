namespace SecureCollectives;

/// <summary>
/// Everything that is wrong with the settings of a worker, a line each: nobody has to start it again to see the next.
/// </summary>
internal static class ConfigurationProblems
{
    /// <param name="problems">The problems, at least one; each is a clause without a full stop.</param>
    public static MembershipException ToException(IReadOnlyList<string> problems) => new(
        MembershipError.Configuration, "This worker cannot join its job" + (problems is [var only] ? $": {only}." : List(problems)));

    private static string List(IReadOnlyList<string> problems) =>
        $". Correct these settings:{string.Concat(problems.Select(static problem => $"\n- {problem}."))}";
}
