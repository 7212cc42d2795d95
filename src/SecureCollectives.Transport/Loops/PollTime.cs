using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Counts the processor time of the loop's passes in which nothing moved, and of the giving way and sleeping between them. It costs a
/// system call a pass, so a loop has one only while somebody measures just this.
/// </summary>
/// <remarks>Written by whoever drives the loop; read between operations.</remarks>
internal sealed class PollTime
{
    private long _mark;

    /// <summary>Nanoseconds so far.</summary>
    public long Nanoseconds { get; private set; }

    /// <summary>An operation begins, perhaps on another thread than the last.</summary>
    public void Begin() => _mark = ThreadClock.Now;

    /// <summary>A pass has ended.</summary>
    public void EndPass(bool moved)
    {
        var now = ThreadClock.Now;
        Nanoseconds += moved ? 0 : now - _mark;
        _mark = now;
    }
}
