using System.Runtime.InteropServices;

namespace SecureCollectives.Transport.Native;

/// <summary>The processor time that the calling thread has used. A system call: for measurements, not for the data path.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds.</summary>
    public static long Now
    {
        get
        {
            TimeSpecification time;
            _ = GetTime(ThreadCpuTime, &time); // Fails only for clocks that the system does not know, and Linux knows this one.
            return (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, TimeSpecification* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
