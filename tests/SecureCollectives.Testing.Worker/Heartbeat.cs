using System.Diagnostics;

namespace SecureCollectives.Testing.Worker;

/// <summary>A thread that wakes every 10 ms and records its longest delay, during which the machine did not schedule the process.</summary>
internal sealed class Heartbeat
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private long _worst;
    private long _last = Stopwatch.GetTimestamp();

    public Heartbeat() => new Thread(Beat) { IsBackground = true, Name = "heartbeat" }.Start();

    /// <summary>The longest stall since the last reset, including one that is still going on.</summary>
    public TimeSpan Worst
    {
        get
        {
            var current = Stopwatch.GetElapsedTime(Volatile.Read(ref _last)) - Period;
            var worst = TimeSpan.FromTicks(Volatile.Read(ref _worst));
            return current > worst ? current : worst;
        }
    }

    public void Reset() => Volatile.Write(ref _worst, 0);

    private void Beat()
    {
        while (true)
        {
            Thread.Sleep(Period);
            var now = Stopwatch.GetTimestamp();
            var late = Stopwatch.GetElapsedTime(_last, now) - Period;
            Volatile.Write(ref _worst, Math.Max(Volatile.Read(ref _worst), late.Ticks));
            Volatile.Write(ref _last, now);
        }
    }
}
