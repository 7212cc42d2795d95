namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks the worker's settings: its place in the job, as set by a launcher, and the SECURE_COLLECTIVES_* variables.</summary>
internal static class SettingsCheck
{
    private const string Subject = "settings";

    /// <returns>The options, or null if they are unusable; and the findings.</returns>
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
            // If there are several lines, the first says that the worker cannot join, and each of the others names one problem.
            var lines = exception.Message.Split('\n');
            return (null, [.. (lines.Length == 1 ? lines : lines[1..]).Select(line => Finding.Problem(Subject, line.TrimStart('-', ' ')))]);
        }
    }

    private static string Describe(JobOptions options) => options.WorldSize == 1
        ? "A worker that trains alone (WORLD_SIZE is 1)."
        : $"Rank {options.Rank} of {options.WorldSize}, run '{options.RunId}', "
            + $"rank 0 at {options.MasterAddress}, port {options.MasterPort}.";
}
