using System.Globalization;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Overlap;

/// <summary>Options of <c>overlap</c>, the same on all workers.</summary>
/// <param name="Protection">The protection of the gradients.</param>
/// <param name="LineRate">The maximum rate at which a worker sends, in bits per second.</param>
/// <param name="Bytes">The total size of the gradients, in bytes.</param>
/// <param name="Layers">The number of gradients, all of equal length.</param>
/// <param name="Buckets">The number of buckets that the gradients go into.</param>
/// <param name="Rounds">The number of steps of each kind.</param>
internal sealed record OverlapOptions(string Protection, long LineRate, long Bytes, int Layers, int Buckets, int Rounds)
{
    /// <summary>Elements of one gradient.</summary>
    public int LayerLength => (int)(Bytes / BenchParameters.ElementBytes / Layers);

    /// <summary>Returns the command-line arguments for these options.</summary>
    public IReadOnlyList<string> ToArguments() =>
    [
        OverlapCommand.ProtectionOption, Protection,
        OverlapCommand.LineRateOption, BitRate.Describe(LineRate),
        OverlapCommand.BytesOption, Bytes.ToString(CultureInfo.InvariantCulture),
        OverlapCommand.LayersOption, Layers.ToString(CultureInfo.InvariantCulture),
        OverlapCommand.BucketsOption, Buckets.ToString(CultureInfo.InvariantCulture),
        OverlapCommand.RoundsOption, Rounds.ToString(CultureInfo.InvariantCulture),
    ];
}
