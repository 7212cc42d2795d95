using System.Globalization;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Overlap;

/// <summary>What <c>overlap</c> measures; the same on all workers.</summary>
/// <param name="Protection">What protects the gradients.</param>
/// <param name="LineRate">Bits that a worker sends in a second at most.</param>
/// <param name="Bytes">Of all gradients.</param>
/// <param name="Layers">Gradients, of equal length.</param>
/// <param name="Buckets">Into so many they are put.</param>
/// <param name="Rounds">Steps of each kind.</param>
internal sealed record OverlapOptions(string Protection, long LineRate, long Bytes, int Layers, int Buckets, int Rounds)
{
    /// <summary>Elements of one gradient.</summary>
    public int LayerLength => (int)(Bytes / BenchParameters.ElementBytes / Layers);

    /// <summary>The command line that gives these options.</summary>
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
