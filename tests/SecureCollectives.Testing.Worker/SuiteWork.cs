using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Prints which suites it cannot use and why, opens a communicator, sums the ranks, and prints the suite and the engine that sealed them.
/// </summary>
internal static class SuiteWork
{
    public const string Name = "suite";

    public static async Task<int> RunAsync(Job job, Protection protection)
    {
        foreach (var suite in LocalSuites.Installed.Unusable)
        {
            Orders.Say($"without {suite}: {LocalSuites.Installed.Reason(suite)}");
        }

        await using var group = await job.OpenCommunicatorAsync("suite", new CommunicatorOptions { Protection = protection });
        int[] sum = [job.Rank];
        await group.AllReduceAsync<int>(sum, ReduceOp.Sum);
        Orders.Say($"sealed {group.Suite} {group.Engine} {sum[0]}");
        return 0;
    }
}
