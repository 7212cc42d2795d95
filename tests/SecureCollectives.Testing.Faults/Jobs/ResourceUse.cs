using System.Globalization;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>The resources that processes hold, summed over all of them.</summary>
/// <param name="Sockets">Open sockets.</param>
/// <param name="Threads">Running threads.</param>
/// <param name="ResidentKiB">Resident memory, in KiB.</param>
internal sealed record ResourceUse(int Sockets, int Threads, long ResidentKiB)
{
    /// <summary>Allowance for threads of the thread pool, which come and go.</summary>
    private const int ThreadsOfThePool = 8;

    /// <summary>Allowance for the heap, which the collector shrinks at its own discretion.</summary>
    private const long HeapKiB = 64 << 10;

    public static ResourceUse Of(IReadOnlyCollection<int> processes) => new(
        processes.Sum(SocketsOf), processes.Sum(process => Directory.GetDirectories($"/proc/{process}/task").Length),
            processes.Sum(Resident));

    /// <summary>Returns whether usage has grown beyond the usual fluctuation.</summary>
    /// <param name="before">The earlier usage.</param>
    /// <param name="processes">The number of processes.</param>
    public bool HasGrown(ResourceUse before, int processes) =>
        Sockets > before.Sockets || Threads > before.Threads + (processes * ThreadsOfThePool)
            || ResidentKiB > before.ResidentKiB + (processes * HeapKiB);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Sockets} sockets, {Threads} threads, {ResidentKiB / 1024} MiB");

    private static int SocketsOf(int process) => new DirectoryInfo($"/proc/{process}/fd").GetFiles()
        .Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static long Resident(int process)
    {
        const string Field = "VmRSS:";
        var line = File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
