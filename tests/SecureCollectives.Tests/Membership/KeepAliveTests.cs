using System.Globalization;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The kernel probes both ends of idle connections: /proc/net/tcp shows the timer, as <c>ss -tno</c> does.</summary>
public sealed class KeepAliveTests
{
    private const string Established = "01";
    private const string KeepAliveTimer = "02";

    /// <summary>An index of a column in /proc/net/tcp, like the constants that follow.</summary>
    private const int Local = 1;
    private const int Remote = 2;
    private const int State = 3;
    private const int Timer = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Connections_AtRest_HaveTheKeepAliveTimer()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "idle", () => new CommunicatorOptions { LocalTransport = LocalTransport.Tcp });
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
        int[] control = [.. Enumerable.Range(0, 2).Select(rank => RunningJob.Ports(cluster, rank).Control)];
        var lanes = RunningJob.Ports(cluster, 1).Lanes;

        // Each rank keeps a connection to the other; while bytes are unacknowledged, another timer runs.
        using var limit = new CancellationTokenSource(Limit);
        while (!(Has(control[0]) && Has(control[1]) && Has(lanes)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }

        static bool Has(int port)
        {
            var timers = Connections(port).ToArray();
            return timers.Length >= 2 && timers.All(timer => timer == KeepAliveTimer);
        }
    }

    /// <summary>Returns the timers of both ends of all connections to a port.</summary>
    private static IEnumerable<string> Connections(int port)
    {
        var suffix = $":{port.ToString("X4", CultureInfo.InvariantCulture)}";
        return from line in File.ReadLines("/proc/net/tcp")
               let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where columns[State] == Established
                   && (columns[Local].EndsWith(suffix, StringComparison.Ordinal)
                       || columns[Remote].EndsWith(suffix, StringComparison.Ordinal))
               select columns[Timer].Split(':')[0];
    }
}
