using System.Runtime.InteropServices;

namespace SecureCollectives.Transport.Native;

/// <summary>
/// The processor time of the calling thread. Each reading is a system call: fine for measurements, but not for the data path.
/// </summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The processor time used so far, in nanoseconds.</summary>
    public static long Now
    {
        get
        {
            TimeSpecification time;
            _ = GetTime(ThreadCpuTime, &time); // Fails only for unknown clocks; Linux has this one.
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
