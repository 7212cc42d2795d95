using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>The kernel's figures for this process's memory (proc(5), status), in KiB.</summary>
internal static class OwnStatus
{
    /// <summary>Returns the peak resident memory.</summary>
    public static long Peak() => Read("VmHWM:");

    /// <summary>Returns the resident memory after collecting garbage.</summary>
    public static long ResidentCollected()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Read("VmRSS:");
    }

    private static long Read(string field)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
