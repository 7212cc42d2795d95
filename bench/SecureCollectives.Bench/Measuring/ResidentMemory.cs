using System.Globalization;

namespace SecureCollectives.Bench.Measuring;

/// <summary>The memory that this process has, as the kernel counts it (proc(5), VmRSS): code and libraries too.</summary>
internal static class ResidentMemory
{
    private const string Field = "VmRSS:";
    private const long Kibi = 1024;

    /// <summary>After collecting what nobody refers to, such as the buffers of an earlier size.</summary>
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
