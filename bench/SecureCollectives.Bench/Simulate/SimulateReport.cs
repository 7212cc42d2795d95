using System.Text.Json;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Simulate;

/// <summary>The JSON report of a simulation: parameters, check and rows.</summary>
/// <param name="Schema">The version of the format; changes when readers of the old format would misread the new one.</param>
/// <param name="Machine">The machine on which the parameters were measured.</param>
/// <param name="Parameters">The parameters, in seconds and seconds per byte.</param>
/// <param name="LocalWorldSize">Ranks on each simulated host, each with a core for each channel.</param>
/// <param name="Channels">Channels of each rank, in the rows.</param>
/// <param name="LatencyMicroseconds">One-way latency between two hosts.</param>
/// <param name="Checks">The check of the model; null if nothing was measured.</param>
/// <param name="Rows">The simulated clusters.</param>
/// <param name="Interfaces">The cores needed to fill a host's network interface.</param>
/// <param name="Verdicts">The conclusions, in words.</param>
internal sealed record SimulateReport(
    int Schema,
    MachineDescription Machine,
    ModelParameters Parameters,
    int LocalWorldSize,
    int Channels,
    int LatencyMicroseconds,
    IReadOnlyList<SimulateReport.CheckPart>? Checks,
    IReadOnlyList<SimulateReport.RowPart> Rows,
    IReadOnlyList<SimulateReport.InterfacePart> Interfaces,
    IReadOnlyList<string> Verdicts)
{
    private const int CurrentSchema = 1;
    private const double MicrosecondsPerSecond = 1e6;
    private const double Percent = 100;

    public static byte[] Write(
        ParameterFile source,
        SimulateOptions options,
        IReadOnlyList<CheckedTime>? checks,
        IReadOnlyList<ScaleRow> rows,
        IReadOnlyList<InterfaceNeed> interfaces,
        IReadOnlyList<string> verdicts) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new SimulateReport(
                CurrentSchema,
                source.Machine,
                source.Parameters,
                options.LocalWorldSize,
                options.Channels,
                options.LatencyMicroseconds,
                checks is null ? null : [.. checks.Select(CheckPart.Of)],
                [.. rows.SelectMany(RowPart.Of)],
                [.. interfaces.Select(InterfacePart.Of)],
                verdicts),
            SimulateJson.Default.SimulateReport);

    internal sealed record CheckPart(
        int WorldSize, int LocalWorldSize, long Bytes, string Algorithm, string Protection, double MeasuredUs, double PredictedUs,
            double ErrorPercent, bool Fitted)
    {
        public static CheckPart Of(CheckedTime check) => new(
            check.Case.World,
            check.Case.LocalWorldSize,
            check.Case.Bytes,
            check.Case.Algorithm.Key,
            check.Case.IsSealed ? Names.Aead : Names.Plaintext,
            check.MeasuredSeconds * MicrosecondsPerSecond,
            check.PredictedSeconds * MicrosecondsPerSecond,
            check.ErrorPercent,
            check.IsFitted);
    }

    internal sealed record InterfacePart(string Rate, string Protection, double BusyCores, int Channels, int Cores, double LoadPercent)
    {
        public static InterfacePart Of(InterfaceNeed need) => new(
            BitRate.Describe(need.BitsPerSecond),
            need.IsSealed ? Names.Aead : Names.Plaintext,
            need.BusyCores,
            need.Channels,
            need.Cores,
            need.Load * Percent);
    }

    internal sealed record RowPart(
        int WorldSize, long Bytes, string Rate, string Algorithm, string Protection, double TimeUs, double AlgbwGBps,
            double? OverheadPercent,
            int SimulatedRanks)
    {
        public static IEnumerable<RowPart> Of(ScaleRow row) => row.Times.SelectMany(times => new[]
        {
            Of(row, times, Names.Plaintext, times.Plain, null),
            Of(row, times, Names.Aead, times.Sealed, times.OverheadPercent),
        });

        private static RowPart Of(ScaleRow row, AlgorithmTimes times, string protection, SimulatedRun run, double? overhead) => new(
            row.Cell.World,
            row.Bytes,
            BitRate.Describe(row.Cell.BitsPerSecond),
            times.Algorithm.Key,
            protection,
            run.Seconds * MicrosecondsPerSecond,
            row.AlgbwGBps(run),
            overhead,
            run.SimulatedRanks);
    }
}
