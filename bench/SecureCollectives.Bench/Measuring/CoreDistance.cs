using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Measures the round trip of a cache line between a machine's two processors. Hypervisors move the virtual processors of a small machine,
/// so that they share a cache at some times and not at others. Without a shared cache, everything that passes data between them is two to
/// four times slower, for reasons outside the measured programs.
/// </summary>
internal static unsafe partial class CoreDistance
{
    /// <summary>Processors that share a cache took 50 to 150 ns; those that do not took 450.</summary>
    public const double NearNanoseconds = 250;

    private const int Trips = 1000;
    private const int Series = 5;
    private const int MaskLength = 128;
    private const int CacheLines = 256;

    /// <summary>
    /// The time limit, far longer than all series take. If it expires, another program is occupying a processor, which counts as the
    /// largest distance.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the state during a sample, from the round trips before and after it.</summary>
    public static CoreState StateOf(double? before, double? after) => (before, after) switch
    {
        (null, _) or (_, null) => CoreState.Unknown,
        ( <= NearNanoseconds, <= NearNanoseconds) => CoreState.Near,
        _ => CoreState.Far,
    };

    /// <summary>Measures the round trip. Keeps both processors busy for a few milliseconds.</summary>
    /// <returns>
    /// Nanoseconds: the minimum of several series, because every disturbance adds time. Null unless this process may use exactly two
    /// processors.
    /// </returns>
    public static double? Measure()
    {
        if (Processors() is not [var first, var second])
        {
            return null;
        }

        var line = (long*)NativeMemory.AlignedAlloc(CacheLines, CacheLines);
        try
        {
            *line = 0;
            var ends = Stopwatch.GetTimestamp() + (long)(Limit.TotalSeconds * Stopwatch.Frequency);
            var least = 0.0;
            var answering = new Thread(() => Answer(second, line, ends)) { IsBackground = true, Name = "core distance" };
            var asking = new Thread(() => least = Ask(first, line, ends)) { IsBackground = true, Name = "core distance" };
            answering.Start();
            asking.Start();
            asking.Join();
            answering.Join();
            return least;
        }
        finally
        {
            NativeMemory.AlignedFree(line);
        }
    }

    /// <summary>Writes odd numbers and waits for the even number that follows each.</summary>
    private static double Ask(int processor, long* line, long ends)
    {
        Pin(processor);
        var least = Limit.TotalNanoseconds / Trips;
        for (var series = 0; series < Series; series++)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var trip = 0; trip < Trips; trip++)
            {
                var value = (2L * ((series * Trips) + trip)) + 1;
                Volatile.Write(ref *line, value);
                if (!Await(line, value + 1, ends))
                {
                    return least;
                }
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Trips);
        }

        return least;
    }

    private static void Answer(int processor, long* line, long ends)
    {
        Pin(processor);
        for (var trip = 0; trip < Series * Trips; trip++)
        {
            var value = (2L * trip) + 1;
            if (!Await(line, value, ends))
            {
                return;
            }

            Volatile.Write(ref *line, value + 1);
        }
    }

    private static bool Await(long* line, long value, long ends)
    {
        const int SpinsBetweenLooks = 4096;
        for (var spins = 1; Volatile.Read(ref *line) != value; spins++)
        {
            if (spins % SpinsBetweenLooks == 0 && Stopwatch.GetTimestamp() > ends)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the processors that this process may use; empty if the machine has more than the mask has bits.</summary>
    private static List<int> Processors()
    {
        var mask = stackalloc byte[MaskLength];
        new Span<byte>(mask, MaskLength).Clear();
        var processors = new List<int>();
        if (GetAffinity(0, MaskLength, mask) < 0)
        {
            return processors;
        }

        for (var i = 0; i < MaskLength * 8; i++)
        {
            if ((mask[i / 8] & (1 << (i % 8))) != 0)
            {
                processors.Add(i);
            }
        }

        return processors;
    }

    private static void Pin(int processor)
    {
        var mask = stackalloc byte[MaskLength];
        new Span<byte>(mask, MaskLength).Clear();
        mask[processor / 8] = (byte)(1 << (processor % 8));
        _ = SetAffinity(0, MaskLength, mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint length, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint length, byte* mask);
}
