namespace SecureCollectives.Cli.Doctor;

/// <summary>The worker's settings: its place in the job, as launchers say it, and SECURE_COLLECTIVES_*.</summary>
internal static class SettingsCheck
{
    private const string Subject = "settings";

    /// <returns>The options, or null where they cannot be used; and what was found.</returns>
    public static (JobOptions? Options, IReadOnlyList<Finding> Findings) Examine(Func<string, string?> read)
    {
        try
        {
            var options = JobOptions.FromVariables(read).Snapshot();
            options.Validate();
            return (options, [Finding.Good(Subject, Describe(options))]);
        }
        catch (MembershipException exception)
        {
            // Its first line says that the worker cannot join, and each other line has a problem.
            var lines = exception.Message.Split('\n');
            return (null, [.. (lines.Length == 1 ? lines : lines[1..]).Select(line => Finding.Problem(Subject, line.TrimStart('-', ' ')))]);
        }
    }

    private static string Describe(JobOptions options) => options.WorldSize == 1
        ? "A worker that trains alone (WORLD_SIZE is 1)."
        : $"Rank {options.Rank} of {options.WorldSize}, run '{options.RunId}', rank 0 at {options.MasterAddress}, port "
            + $"{options.MasterPort}.";
}
