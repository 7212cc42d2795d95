using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Microbenchmarks.Lanes;

/// <summary>
/// Compares the throughput of gRPC lanes with that of a bare bidirectional stream between Kestrel and SocketsHttpHandler with their default
/// settings. Everything runs in one process over loopback; both directions carry the same number of bytes at the same time, and the
/// variants take turns within each round. Figures are medians over rounds. This is a plain timed program, because BenchmarkDotNet cannot
/// time transfers between threads.
/// </summary>
internal static class LaneThroughput
{
    private const int DefaultMebibytes = 256;
    private const int Rounds = 7;

    /// <summary>The size of the bare stream's reads and writes; larger ones were not faster.</summary>
    public const int BareBytes = 128 << 10;

    /// <summary>The size of the chunks that collectives send, each preceded by its header.</summary>
    public const int ChunkBytes = 128 << 10;

    /// <param name="arguments">The size of each transfer per direction, in MiB; 256 by default.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var bytes = (arguments is [var text] ? long.Parse(text, CultureInfo.InvariantCulture) : DefaultMebibytes) << 20;
        using var identities = new Identities();
        await using var bare = await BareStream.OpenAsync(identities: null);
        await using var lane = await LanePair.OpenAsync(identities: null);
        await using var bareTls = await BareStream.OpenAsync(identities);
        await using var laneTls = await LanePair.OpenAsync(identities);
        (string Name, Func<long, Task> Transfer)[] variants =
        [
            ("bare stream, h2c", bare.TransferAsync),
            ("gRPC lane, h2c", lane.TransferAsync),
            ("bare stream, TLS", bareTls.TransferAsync),
            ("gRPC lane, TLS", laneTls.TransferAsync),
        ];
        var figures = variants.ToDictionary(variant => variant.Name, _ => new List<double>());
        var processor = variants.ToDictionary(variant => variant.Name, _ => new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var (name, transfer) in variants)
            {
                var started = Stopwatch.GetTimestamp();
                var before = Environment.CpuUsage.TotalTime;
                await transfer(bytes);
                if (round >= 0)
                {
                    processor[name].Add((Environment.CpuUsage.TotalTime - before).TotalSeconds / (2 * bytes) * 1e9);
                    figures[name].Add(bytes / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9);
                }
            }
        }

        foreach (var (name, _) in variants)
        {
            var sorted = figures[name].Order().ToArray();
            var seconds = Median([.. processor[name].Order()]);
            var (median, least, most) = (Median(sorted), sorted[0], sorted[^1]);
            Console.WriteLine(FormattableString.Invariant(
                $"{name,-18} {median:0.000} GB/s in each direction ({least:0.000} to {most:0.000}), {seconds:0.00} CPU s/GB"));
        }

        foreach (var kind in new[] { "h2c", "TLS" })
        {
            var ratios = figures[$"gRPC lane, {kind}"].Zip(figures[$"bare stream, {kind}"], (ofLane, ofBare) => ofLane / ofBare).Order()
                .ToArray();
            Console.WriteLine(FormattableString.Invariant(
                $"lane / bare, {kind}: {Median(ratios):0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})"));
        }
    }

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];
}
