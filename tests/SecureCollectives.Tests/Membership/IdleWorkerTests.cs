using System.Diagnostics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Communicators between operations sleep.</summary>
[Collection(RunAlone.Name)]
public sealed class IdleWorkerTests
{
    /// <summary>The subject is processor time over wall time, so some must pass; long enough that one garbage collection does not decide.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Workers_IdleWithOpenCommunicators_UseUnderOnePercentCpu()
    {
        const int Workers = 4;
        await using var cluster = new LocalCluster(Workers);
        var jobs = await cluster.JoinAllAsync();
        foreach (var id in new[] { "sealed", "plain", "wide" })
        {
            var members = await LocalCluster.OpenAllAsync(jobs, id, () => new CommunicatorOptions
            {
                Protection = id == "plain" ? Protection.UnsafePlaintext : Protection.Aead,
                Lanes = id == "wide" ? 4 : 1,
            });
            await LocalCluster.RunAsync(members, async member => await member.AllReduceAsync<float>(new float[100_000], ReduceOp.Sum));
        }

        // What joining left to do, such as compiling hot code again, is done before the window begins.
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(Window);
        self.Refresh();
        var share = (self.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(started);
        Assert.True(share < 0.01 * Workers, $"{Workers} idle workers used {share:P2} of a processor.");
    }
}
