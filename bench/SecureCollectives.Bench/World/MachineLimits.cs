using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.World;

/// <summary>Whether this machine bears a local world.</summary>
/// <param name="Cores">Processors that this process may use.</param>
/// <param name="MemoryBytes">Memory that is to be had.</param>
internal sealed record MachineLimits(int Cores, long MemoryBytes)
{
    /// <summary>A worker without its buffers: runtime, control plane, and staging of a few communicators.</summary>
    private const long WorkerBytes = 96L << 20;

    /// <summary>
    /// A worker has a thread that polls for each channel, and every step of a ring waits for all of them to have had a turn: with eight
    /// to a core that is a scheduler's round of some tens of milliseconds, and times say more about it than about protection.
    /// </summary>
    private const int WorkersPerCore = 8;

    private const long KibiByte = 1024;
    private const double Gigabyte = 1L << 30;

    private string CoresText => Cores == 1 ? "1 core" : string.Create(CultureInfo.InvariantCulture, $"{Cores} cores");

    public static MachineLimits OfThisOne() =>
        new(Environment.ProcessorCount, Math.Min(
            Available(File.ReadAllText("/proc/meminfo")), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));

    /// <summary>What /proc/meminfo says can still be had.</summary>
    public static long Available(string memInfo)
    {
        const string Field = "MemAvailable:";
        var line = memInfo.Split('\n').FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null
            && long.TryParse(line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
                out var value)
            ? value * KibiByte
            : long.MaxValue;
    }

    /// <exception cref="CommandFailureException">The memory is too little.</exception>
    public void Require(int world, long largestBuffer)
    {
        var wanted = world * (WorkerBytes + (2 * largestBuffer));
        if (wanted > MemoryBytes)
        {
            throw new CommandFailureException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture,
                $"{world} workers with buffers of {ByteSize.Describe(largestBuffer)} need about {wanted / Gigabyte:0.0} GiB, "
                    + $"and this machine has {MemoryBytes / Gigabyte:0.0} GiB free. Choose a smaller --world or --max-bytes."));
        }
    }

    /// <exception cref="CommandFailureException">There are more workers than the cores can serve in turn.</exception>
    public void RequireCores(int world, bool isForced)
    {
        var most = WorkersPerCore * Cores;
        if (world > most && !isForced)
        {
            throw new CommandFailureException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture,
                $"{world} workers are too many for {CoresText}: with more than {WorkersPerCore} a core ({most} here) they would mostly "
                    + $"wait for each other's turn, and the machine with them. Choose --world {most} or less, or {ForceOption.Name}."));
        }
    }

    /// <summary>What a reader must know about a world that is larger than the machine; null where it is not.</summary>
    public string? Warning(int world) => world <= Cores ? null
        : $"warning: {world} workers share {CoresText}: "
            + "the processor is the limit, and protection costs the most there. Real machines have their own.";
}
