using System.Diagnostics;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tests.Native;

public sealed class LoopSignalTests
{
    [Fact]
    public void Raise_WhileTheLoopSleeps_WakesItOnce()
    {
        using var signal = new LoopSignal();
        signal.PrepareToSleep();
        signal.Raise();
        signal.Raise();
        Assert.True(Poll(signal, 5000));

        signal.Awake(drain: true);
        signal.PrepareToSleep();
        Assert.False(Poll(signal, 0));
    }

    [Fact]
    public void Raise_WhileTheLoopIsAwake_LeavesNothingBehind()
    {
        using var signal = new LoopSignal();
        signal.Raise();
        signal.PrepareToSleep();
        signal.Awake(drain: false);
        signal.Raise();
        signal.PrepareToSleep();
        Assert.False(Poll(signal, 0));
    }

    [Fact]
    public void Raise_AfterTheLoopEnded_DoesNotReachTheDescriptorsNextOwner()
    {
        var ended = new LoopSignal();
        ended.PrepareToSleep();
        ended.Dispose();
        using var next = new LoopSignal();
        next.PrepareToSleep();
        ended.Raise();
        Assert.False(Poll(next, 0));
    }

    /// <summary>Two threads take turns by changing a number and raising a signal; a single lost wake-up would stop them.</summary>
    [Fact]
    public void Raise_RacingWithSleep_NeverLosesAWakeUp()
    {
        const int Turns = 20_000;
        using var first = new LoopSignal();
        using var second = new LoopSignal();
        var turn = 0;
        var lost = 0;
        var thread = new Thread(() => TakeTurns(second, first, 1));
        thread.Start();
        TakeTurns(first, second, 0);
        Assert.True(thread.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, lost);
        Assert.Equal(Turns, turn);

        void TakeTurns(LoopSignal own, LoopSignal other, int parity)
        {
            while (Volatile.Read(ref lost) == 0)
            {
                own.PrepareToSleep();
                var now = Volatile.Read(ref turn);
                if (now >= Turns)
                {
                    other.Raise();
                    return;
                }

                if (now % 2 == parity)
                {
                    own.Awake(drain: false);
                    Volatile.Write(ref turn, now + 1);
                    other.Raise();
                }
                else if (Poll(own, 20_000))
                {
                    own.Awake(drain: true);
                }
                else
                {
                    Interlocked.Increment(ref lost);
                }
            }
        }
    }

    private static unsafe bool Poll(LoopSignal signal, int milliseconds)
    {
        var descriptor = new Libc.PollDescriptor { Descriptor = signal.Descriptor, Events = Libc.PollIn };
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = Math.Max(0, milliseconds - (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var ready = Libc.Poll(&descriptor, 1, left);
            if (ready >= 0)
            {
                return ready == 1;
            }

            // EINTR: a signal handler may have run on this thread. Try again.
            Assert.Equal(Libc.Interrupted, Marshal.GetLastPInvokeError());
        }
    }
}
