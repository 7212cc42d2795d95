using System.Diagnostics;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.CommandLine;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Bench.Overlap;

/// <summary>
/// One worker's part: steps of data-parallel training with computation alone, communication alone, one after the other, and overlapped, in
/// turn.
/// </summary>
internal sealed class OverlapSession(Job job, OverlapOptions options)
{
    private const int BitsPerByte = 8;
    private const int CalibrationRounds = 3;
    private const int MostCalibrations = 8;

    /// <summary>The accepted difference between the durations of computation and communication.</summary>
    private const double Tolerance = 0.1;

    private readonly Computation _computation = new();

    /// <exception cref="CommandFailureException">Computation could not be matched to communication because the machine is too
    /// busy.</exception>
    public async Task<OverlapResult> RunAsync(CancellationToken cancellationToken)
    {
        var controlling = await job.OpenCommunicatorAsync("overlap control", new CommunicatorOptions(), cancellationToken)
            .ConfigureAwait(false);
        await using var ownsControlling = controlling.ConfigureAwait(false);
        var group = await job.OpenCommunicatorAsync("overlap", CommunicatorOptionsOf(options), cancellationToken).ConfigureAwait(false);
        await using var ownsGroup = group.ConfigureAwait(false);
        var bucketBytes = (int)(options.Bytes / options.Buckets);
        var bucketer = new GradientBucketer<float>(
            group, [.. Enumerable.Repeat(options.LayerLength, options.Layers)],
                new GradientBucketerOptions { BucketBytes = bucketBytes, FirstBucketBytes = bucketBytes });
        var control = new ControlGroup(controlling);
        await CalibrateAsync(control, bucketer, cancellationToken).ConfigureAwait(false);
        var (computing, communicating, apart, overlapped) = (
            new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            computing.Add(await TimeAsync(control, ComputeAsync).ConfigureAwait(false));
            communicating.Add(await TimeAsync(control, () => CommunicateAsync(bucketer)).ConfigureAwait(false));
            overlapped.Add(await TimeAsync(control, () => OverlapAsync(bucketer)).ConfigureAwait(false));
            apart.Add(await TimeAsync(control, () => ApartAsync(bucketer)).ConfigureAwait(false));

            // The machine's speed drifts. Within a round, all four kinds of step do the same work. Between rounds, correct the computation
            // by only half of the difference (the square root of the ratio), because a round can be an outlier.
            _computation.Scale(Math.Sqrt(communicating[^1] / computing[^1]));
        }

        return new OverlapResult(computing, communicating, apart, overlapped, bucketer.BucketCount);
    }

    /// <summary>Selects TCP, the only transport that can be paced to a line rate.</summary>
    private static CommunicatorOptions CommunicatorOptionsOf(OverlapOptions options) => new()
    {
        Protection = Names.Protections[options.Protection],
        LocalTransport = LocalTransport.Tcp,
        Hooks = new LaneHooks { BytesPerSecond = options.LineRate / BitsPerByte },
    };

    private async Task CalibrateAsync(ControlGroup control, GradientBucketer<float> bucketer, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostCalibrations; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var communicating = await MedianAsync(control, () => CommunicateAsync(bucketer)).ConfigureAwait(false);
            if (attempt == 0)
            {
                _computation.Aim(communicating / options.Layers);
            }

            var computing = await MedianAsync(control, ComputeAsync).ConfigureAwait(false);
            if (Math.Abs((computing / communicating) - 1) <= Tolerance)
            {
                return;
            }

            _computation.Scale(communicating / computing);
        }

        throw new CommandFailureException(
            ExitCode.Failed, "computation could not be matched to communication in duration: the machine is too busy.");
    }

    private static async Task<double> MedianAsync(ControlGroup control, Func<Task> step)
    {
        var seconds = new List<double>();
        for (var i = 0; i < CalibrationRounds; i++)
        {
            seconds.Add(await TimeAsync(control, step).ConfigureAwait(false));
        }

        return OrderStatistics.Median(seconds);
    }

    /// <summary>Times a step, from the moment all workers are ready until the slowest has finished.</summary>
    private static async Task<double> TimeAsync(ControlGroup control, Func<Task> step)
    {
        control.Sum(0L);
        var start = Stopwatch.GetTimestamp();
        await step().ConfigureAwait(false);
        return control.Gather([Stopwatch.GetElapsedTime(start).TotalSeconds]).Max(static seconds => seconds[0]);
    }

    private Task ComputeAsync()
    {
        for (var layer = 0; layer < options.Layers; layer++)
        {
            _computation.RunLayer();
        }

        return Task.CompletedTask;
    }

    private async Task CommunicateAsync(GradientBucketer<float> bucketer)
    {
        for (var layer = options.Layers - 1; layer >= 0; layer--)
        {
            bucketer.MarkReady(layer);
        }

        await bucketer.WaitAsync().ConfigureAwait(false);
    }

    private async Task ApartAsync(GradientBucketer<float> bucketer)
    {
        await ComputeAsync().ConfigureAwait(false);
        await CommunicateAsync(bucketer).ConfigureAwait(false);
    }

    private async Task OverlapAsync(GradientBucketer<float> bucketer)
    {
        for (var layer = options.Layers - 1; layer >= 0; layer--)
        {
            _computation.RunLayer();
            bucketer.MarkReady(layer);
        }

        await bucketer.WaitAsync().ConfigureAwait(false);
    }
}
