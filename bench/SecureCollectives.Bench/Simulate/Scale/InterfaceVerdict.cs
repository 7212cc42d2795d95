using System.Globalization;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>Reports how many cores are needed to fill a host's network interface, in plaintext and sealed.</summary>
internal static class InterfaceVerdict
{
    private const double Percent = 100;

    public static IEnumerable<string> Lines(IReadOnlyList<InterfaceNeed> needs, SimulateOptions options)
    {
        yield return $"# Cores that keep a host's network interface busy: AllReduce "
            + $"of {ByteSize.Describe(InterfaceSweep.Bytes)} between {InterfaceSweep.Hosts} hosts of {options.LocalWorldSize} ranks, "
            + $"each with a core for each channel; busy means at least {Text(InterfaceSweep.Full * Percent)} % of the time.";
        foreach (var network in needs.GroupBy(need => need.BitsPerSecond))
        {
            yield return $"{BitRate.Describe(network.Key)}/s: {string.Join("; ", network.Select(Describe))}.";
        }
    }

    private static string Describe(InterfaceNeed need)
    {
        var work = $"{(need.IsSealed ? "aead" : "plaintext")} needs the work of {Text(need.BusyCores)} cores";
        var load = $"{Text(need.Load * Percent)} % of the time";
        var channels = $"{need.Channels} {(need.Channels == 1 ? "channel" : "channels")} per rank";
        return need.IsFull
            ? $"{work}, and {need.Cores} ({channels}) keep the interface busy {load}"
            : $"{work}, and even {need.Cores} ({channels}) keep the interface busy only {load}";
    }

    private static string Text(double value) => value.ToString(value >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture);
}
