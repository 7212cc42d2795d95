using System.Globalization;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// What a machine's processors did for others while the bench measured on it. Others' work is the commonest reason for wide intervals.
/// </summary>
/// <param name="Others">Processor seconds that were used, or taken by the hypervisor, beyond those of the bench.</param>
/// <param name="Available">Processor seconds that passed.</param>
internal sealed record MachineLoad(double Others, double Available)
{
    private const double NotableShare = 0.05;
    private const double TicksPerSecond = 100;
    private const int IdleField = 3;
    private const int WaitField = 4;

    /// <summary>
    /// The fields that count time of their own: user, nice, system, idle, iowait, irq, softirq, steal. Those behind them are contained in
    /// the first two.
    /// </summary>
    private const int Fields = 8;

    /// <summary>A sentence for the reader of the figures; null where there is nothing to tell.</summary>
    public string? Warning => Others <= NotableShare * Available ? null : string.Create(CultureInfo.InvariantCulture,
        $"warning: other programs had {100 * Others / Available:0} % of this machine's processor time during the run, so these figures "
            + $"are disturbed; run it again when it is quiet.");

    /// <param name="before">The first line of /proc/stat before.</param>
    /// <param name="after">And after.</param>
    /// <param name="own">Processor seconds of the bench meanwhile.</param>
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
