using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.World;

/// <summary>Checks whether this machine can run a local world.</summary>
/// <param name="Cores">The number of processors that this process may use.</param>
/// <param name="MemoryBytes">The available memory, in bytes.</param>
internal sealed record MachineLimits(int Cores, long MemoryBytes)
{
    /// <summary>The memory of a worker without its buffers: runtime, control plane, and staging of a few communicators.</summary>
    private const long WorkerBytes = 96L << 20;

    /// <summary>
    /// A worker has a polling thread for each channel, and every step of a ring waits until all of them have run. With eight threads per
    /// core, that takes the scheduler some tens of milliseconds, and the measured times say more about the scheduler than about protection.
    /// </summary>
    private const int WorkersPerCore = 8;

    private const long KibiByte = 1024;
    private const double Gigabyte = 1L << 30;

    private string CoresText => Cores == 1 ? "1 core" : string.Create(CultureInfo.InvariantCulture, $"{Cores} cores");

    public static MachineLimits OfThisOne() =>
        new(Environment.ProcessorCount, Math.Min(
            Available(File.ReadAllText("/proc/meminfo")), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));

    /// <summary>Returns the available memory in bytes, according to the content of /proc/meminfo.</summary>
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

    /// <exception cref="CommandFailureException">There is too little memory.</exception>
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
                $"{world} workers are too many for {CoresText}: with more than {WorkersPerCore} per core ({most} here), "
                    + $"they would mostly wait for each other. Choose --world {most} or less, or {ForceOption.Name}."));
        }
    }

    /// <summary>Returns a warning for readers of the figures if there are more workers than cores; otherwise null.</summary>
    public string? Warning(int world) => world <= Cores ? null
        : $"warning: {world} workers share {CoresText}, so the processor is the bottleneck and protection is most expensive. "
            + "Workers on separate machines do not share cores.";
}
