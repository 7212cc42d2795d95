using System.Globalization;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The load that other programs put on the machine while the bench measured: the most common reason for wide intervals.
/// </summary>
/// <param name="Others">Processor seconds that others used, or that the hypervisor took, beyond the bench's own.</param>
/// <param name="Available">Processor seconds that elapsed over all processors.</param>
internal sealed record MachineLoad(double Others, double Available)
{
    private const double NotableShare = 0.05;
    private const double TicksPerSecond = 100;
    private const int IdleField = 3;
    private const int WaitField = 4;

    /// <summary>
    /// The fields that are counted separately: user, nice, system, idle, iowait, irq, softirq, steal. The fields after them are already
    /// included in the first two.
    /// </summary>
    private const int Fields = 8;

    /// <summary>A warning for readers of the figures; null if the load was small.</summary>
    public string? Warning => Others <= NotableShare * Available ? null : string.Create(CultureInfo.InvariantCulture,
        $"warning: other programs used {100 * Others / Available:0} % of this machine's processor time during the run, "
            + $"so the figures are distorted. Run again when the machine is quiet.");

    /// <param name="before">The first line of /proc/stat before the run.</param>
    /// <param name="after">The first line of /proc/stat after the run.</param>
    /// <param name="own">Processor seconds that the bench used in between.</param>
    public static MachineLoad Between(string before, string after, double own)
    {
        double[] passed = [.. Ticks(after).Zip(Ticks(before), (late, early) => (late - early) / TicksPerSecond)];
        var available = passed.Sum();
        return new MachineLoad(Math.Max(0, available - passed[IdleField] - passed[WaitField] - own), available);
    }

    public static string Now() => File.ReadLines("/proc/stat").First();

    private static IEnumerable<long> Ticks(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Fields)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture));
}
