using System.Globalization;

namespace SecureCollectives.Bench.Measuring;

/// <summary>This process's resident memory as the kernel counts it (proc(5), VmRSS), including code and libraries.</summary>
internal static class ResidentMemory
{
    private const string Field = "VmRSS:";
    private const long Kibi = 1024;

    /// <summary>Returns the resident memory in bytes, after collecting garbage such as the buffers of an earlier size.</summary>
    public static long Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Parse(File.ReadLines("/proc/self/status"));
    }

    public static long Parse(IEnumerable<string> status)
    {
        var line = status.First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture) * Kibi;
    }
}
