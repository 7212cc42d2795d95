using System.Diagnostics;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>Drives lanes like a loop that never sleeps, and fails if they make no progress for too long.</summary>
internal static class LanePump
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A lane that has accepted nothing for this long counts as full. Concluding this too early only fills the lane less.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Repeats an attempt until it succeeds.</summary>
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

    /// <summary>Sends all bytes.</summary>
    public static void SendAll(Lane lane, ReadOnlySpan<byte> bytes)
    {
        for (var moved = Stopwatch.GetTimestamp(); !bytes.IsEmpty;)
        {
            var sent = Take(lane.TrySend(bytes, default, out var taken), taken);
            bytes = bytes[sent..];
            moved = sent > 0 ? Stopwatch.GetTimestamp() : Rest(moved);
        }
    }

    /// <summary>Sends until the lane is full, or has accepted more than <paramref name="most"/> bytes.</summary>
    /// <returns>The number of accepted bytes.</returns>
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

    /// <summary>Receives until the lane reports how it ended.</summary>
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

    /// <summary>
    /// Yields the processor. This may take milliseconds if other programs are running, so it is done only if nothing has moved.
    /// </summary>
    /// <returns>The time since which nothing has moved.</returns>
    private static long Rest(long since)
    {
        Assert.True(Stopwatch.GetElapsedTime(since) < Limit, "The lanes made no progress.");
        Thread.Yield();
        return since;
    }

    private static int Take(LaneOutcome outcome, int count)
    {
        Assert.True(outcome is LaneOutcome.Moved or LaneOutcome.WouldBlock, $"The lane is {outcome}.");
        return count;
    }
}
