using System.Diagnostics;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>Drives lanes as a loop that never sleeps, up to a time limit.</summary>
internal static class LanePump
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Tries until it is true.</summary>
    public static void Until(Func<bool> attempt)
    {
        for (var started = Stopwatch.GetTimestamp(); !attempt();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The lanes stood still.");
            Thread.Yield();
        }
    }

    public static byte[] Receive(Lane lane, int count)
    {
        var bytes = new byte[count];
        var received = 0;
        Until(() =>
        {
            received += Take(lane.TryReceive(bytes.AsSpan(received), out var more), more);
            return received == count;
        });
        return bytes;
    }

    /// <summary>Sends all, and meanwhile receives what the other lane has.</summary>
    public static void SendAll(Lane lane, ReadOnlySpan<byte> bytes)
    {
        for (var started = Stopwatch.GetTimestamp(); !bytes.IsEmpty;)
        {
            bytes = bytes[Take(lane.TrySend(bytes, default, out var sent), sent)..];
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The lane took no more.");
        }
    }

    /// <summary>Receives until the lane says how it ended.</summary>
    public static LaneOutcome ReceiveEnd(Lane lane, out int received)
    {
        var count = 0;
        var end = LaneOutcome.WouldBlock;
        var scratch = new byte[4096];
        Until(() =>
        {
            end = lane.TryReceive(scratch, out var more);
            count += more;
            return end is not (LaneOutcome.Moved or LaneOutcome.WouldBlock);
        });
        received = count;
        return end;
    }

    private static int Take(LaneOutcome outcome, int count)
    {
        Assert.True(outcome is LaneOutcome.Moved or LaneOutcome.WouldBlock, $"The lane is {outcome}.");
        return count;
    }
}
