using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Measures the processor time of passes in which nothing moved, and of the yielding and sleeping between them. It costs one system call
/// per pass, so a loop uses one only while that time is being measured.
/// </summary>
/// <remarks>Written by the thread that drives the loop; read between operations.</remarks>
internal sealed class PollTime
{
    private long _mark;

    /// <summary>The total so far, in nanoseconds of processor time.</summary>
    public long Nanoseconds { get; private set; }

    /// <summary>Begins an operation, which may run on a different thread from the last.</summary>
    public void Begin() => _mark = ThreadClock.Now;

    /// <summary>Ends a pass.</summary>
    /// <param name="moved">Whether the pass moved anything.</param>
    public void EndPass(bool moved)
    {
        var now = ThreadClock.Now;
        Nanoseconds += moved ? 0 : now - _mark;
        _mark = now;
    }
}
