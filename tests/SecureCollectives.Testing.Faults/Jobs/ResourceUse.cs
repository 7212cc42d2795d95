using System.Globalization;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>What processes hold, all together.</summary>
/// <param name="Sockets">Open sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="ResidentKiB">Memory.</param>
internal sealed record ResourceUse(int Sockets, int Threads, long ResidentKiB)
{
    /// <summary>Threads of the pool come and go.</summary>
    private const int ThreadsOfThePool = 8;

    /// <summary>A heap that is collected when the collector likes.</summary>
    private const long HeapKiB = 64 << 10;

    public static ResourceUse Of(IReadOnlyCollection<int> processes) => new(
        processes.Sum(SocketsOf), processes.Sum(process => Directory.GetDirectories($"/proc/{process}/task").Length),
            processes.Sum(Resident));

    /// <summary>Whether more is held than before, beyond what comes and goes.</summary>
    /// <param name="before">What was held before.</param>
    /// <param name="processes">How many processes hold it.</param>
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
