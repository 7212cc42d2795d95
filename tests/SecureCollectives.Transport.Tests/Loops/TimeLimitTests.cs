using System.Diagnostics;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Tests what an operation's time limit ends, and what it must not end.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The peer did its part in time. If this rank's own machine delayed it past the limit, nobody is to blame and nothing is lost. The
    /// same holds if another thread delivers the data, as with gRPC, and that thread was delayed too.
    /// </summary>
    /// <param name="vainLooks">How many times the rank checks the lane after the limit before it finds data.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Barrier_DelayedPastTheLimitWhileThePeersPartArrived_Completes(int vainLooks)
    {
        var timeLimit = TimeSpan.FromSeconds(2);
        var held = false;
        MemoryGroup group = null!;
        group = MemoryGroup.Create(
            2, timeout: timeLimit, wrap: (rank, _, _, lane) => rank == 0 ? new WatchedLane(lane) { Withholds = HoldUpOnce } : lane);
        await using var owned = group;

        await group.Members[0].BarrierAsync().AsTask().WaitAsync(Limit);
        Assert.True(held);
        await group.RunAsync(member => member.BarrierAsync().AsTask());

        // Runs on rank 0's own thread, after it has sent and found nothing to receive.
        bool HoldUpOnce()
        {
            if (held)
            {
                return vainLooks-- > 0;
            }

            held = true;
            var since = Stopwatch.GetTimestamp();
            group.Members[1].Barrier();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(since) > timeLimit);
            return true;
        }
    }

    /// <summary>Bytes that keep arriving do not extend an operation forever: a peer could send one at a time.</summary>
    [Fact]
    public async Task AllReduce_BytesKeepArrivingPastTheLimit_TimesOut()
    {
        const int Small = 512 << 10;
        var shortly = TimeSpan.FromMilliseconds(100);
        await using var group = MemoryGroup.Create(
            2,
            timeout: shortly,
            drainTimeout: shortly,
            smallBytes: Small,
            laneCapacity: 4 * Small,
            wrap: (rank, _, _, lane) => rank == 0 ? new WatchedLane(lane) { MostAtOnce = 1, Withholds = Hesitates } : lane);
        var other = group.Members[1].AllReduceAsync<int>(new int[Small / sizeof(int)], ReduceOp.Sum).AsTask();
        var failure = await Assert.ThrowsAsync<CollectiveException>(
            () => group.Members[0].AllReduceAsync<int>(new int[Small / sizeof(int)], ReduceOp.Sum).AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.TimedOut, 1), (failure.Error, failure.Culprit));
        await Record.ExceptionAsync(() => other.WaitAsync(Limit));

        // Makes receiving that one message take at least a second, although all of its bytes have arrived.
        static bool Hesitates()
        {
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromMicroseconds(2);)
            {
            }

            return false;
        }
    }
}
