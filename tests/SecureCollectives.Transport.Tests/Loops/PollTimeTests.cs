using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tests.Loops;

public sealed class PollTimeTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void EndPass_NothingMoved_CountsTheProcessorTimeSinceTheLastPass()
    {
        var time = new PollTime();
        Work();
        var begun = ThreadClock.Now;
        time.Begin();
        Work();
        time.EndPass(moved: true);
        Assert.Equal(0, time.Nanoseconds);

        Work();
        time.EndPass(moved: false);
        Work();
        time.EndPass(moved: false);
        Assert.InRange(time.Nanoseconds, 2 * Millisecond, ThreadClock.Now - begun - Millisecond);
    }

    private static void Work()
    {
        var started = ThreadClock.Now;
        while (ThreadClock.Now - started < Millisecond)
        {
        }
    }
}
