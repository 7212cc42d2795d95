using System.Diagnostics;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>Drives lanes as a loop that never sleeps, until they stand still for a time.</summary>
internal static class LanePump
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A lane that has taken nothing for so long is full. One that is taken for full too early is filled less than it could be, no more.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries until it is true.</summary>
    public static void Until(Func<bool> attempt)
    {
        for (var started = Stopwatch.GetTimestamp(); !attempt();)
        {
            Rest(started);
        }
    }

    public static byte[] Receive(Lane lane, int count)
    {
        var bytes = new byte[count];
        var moved = Stopwatch.GetTimestamp();
        for (var received = 0; received < count;)
        {
            var more = Take(lane.TryReceive(bytes.AsSpan(received), out var taken), taken);
            received += more;
            moved = more > 0 ? Stopwatch.GetTimestamp() : Rest(moved);
        }

        return bytes;
    }

    /// <summary>Sends all.</summary>
    public static void SendAll(Lane lane, ReadOnlySpan<byte> bytes)
    {
        for (var moved = Stopwatch.GetTimestamp(); !bytes.IsEmpty;)
        {
            var sent = Take(lane.TrySend(bytes, default, out var taken), taken);
            bytes = bytes[sent..];
            moved = sent > 0 ? Stopwatch.GetTimestamp() : Rest(moved);
        }
    }

    /// <summary>Sends until the lane is full, or has taken more than so many bytes.</summary>
    /// <returns>The bytes that it took.</returns>
    public static int Fill(Lane lane, int most)
    {
        var part = new byte[64 << 10];
        var sent = 0;
        for (var moved = Stopwatch.GetTimestamp(); sent <= most && Stopwatch.GetElapsedTime(moved) < Patience;)
        {
            var more = Take(lane.TrySend(part, default, out var taken), taken);
            sent += more;
            moved = more > 0 ? Stopwatch.GetTimestamp() : Rest(moved);
        }

        return sent;
    }

    /// <summary>Receives until the lane says how it ended.</summary>
    public static LaneOutcome ReceiveEnd(Lane lane, out int received)
    {
        received = 0;
        var scratch = new byte[4096];
        for (var moved = Stopwatch.GetTimestamp(); ;)
        {
            var outcome = lane.TryReceive(scratch, out var more);
            if (outcome is not (LaneOutcome.Moved or LaneOutcome.WouldBlock))
            {
                return outcome;
            }

            received += more;
            moved = more > 0 ? Stopwatch.GetTimestamp() : Rest(moved);
        }
    }

    /// <summary>Gives up the processor, which may cost milliseconds beside busy neighbours: only where nothing moved.</summary>
    /// <returns>Since when nothing has.</returns>
    private static long Rest(long since)
    {
        Assert.True(Stopwatch.GetElapsedTime(since) < Limit, "The lanes stood still.");
        Thread.Yield();
        return since;
    }

    private static int Take(LaneOutcome outcome, int count)
    {
        Assert.True(outcome is LaneOutcome.Moved or LaneOutcome.WouldBlock, $"The lane is {outcome}.");
        return count;
    }
}
