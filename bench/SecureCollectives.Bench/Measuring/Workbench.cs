using System.Diagnostics;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Runs batches of one collective at one size on this rank, always with the same buffers. All ranks run the same batches together.
/// </summary>
internal sealed class Workbench
{
    /// <summary>
    /// The largest size of the untimed operation before each batch. It wakes the lanes of a communicator that has slept: TCP resets its
    /// congestion window when a connection idles (tcp_slow_start_after_idle).
    /// </summary>
    private const long WakeBytes = 1 << 20;

    private readonly MeasuredCollective _collective;
    private readonly ControlGroup _control;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly int _wakeInput;
    private readonly int _wakeOutput;

    public Workbench(MeasuredCollective collective, long bytes, ControlGroup control)
    {
        _collective = collective;
        _control = control;
        _input = GC.AllocateUninitializedArray<float>(collective.InputCount(bytes, control.Size));
        _output = GC.AllocateUninitializedArray<float>(collective.OutputCount(bytes, control.Size));
        _wakeInput = collective.InputCount(Math.Min(bytes, WakeBytes), control.Size);
        _wakeOutput = collective.OutputCount(Math.Min(bytes, WakeBytes), control.Size);
        Bytes = collective.ActualBytes(bytes, control.Size);
        InputPattern.Fill(_input, control.Rank);
    }

    /// <summary>The measured size.</summary>
    public long Bytes { get; }

    /// <summary>The size of the buffers, which a user's program would have as well.</summary>
    public long BufferBytes => ((long)_input.Length + _output.Length) * BenchParameters.ElementBytes;

    /// <summary>Times one batch, from the moment all ranks are ready until each has its last result.</summary>
    public BatchResult Time(OpenVariant variant, int iterations, CancellationToken cancellationToken)
    {
        var communicator = variant.Communicator;
        var operations = new double[iterations];
        Prepare(communicator, cancellationToken);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        _collective.Repeat(communicator, _input, _output, operations);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        processor = Environment.CpuUsage.TotalTime - processor;
        return BatchResult.Of(_control.Gather(BatchResult.Report(operations, elapsed, processor.TotalSeconds)));
    }

    /// <summary>Counts the costs of an operation other than elapsed time.</summary>
    public Observation Observe(OpenVariant variant, int iterations, CancellationToken cancellationToken)
    {
        var communicator = variant.Communicator;
        PollTime[] pollTimes = [.. Enumerable.Range(0, communicator.Channels).Select(_ => new PollTime())];
        Prepare(communicator, cancellationToken);
        var before = Traffic();
        communicator.PollTimes = pollTimes;
        for (var i = 0; i < iterations; i++)
        {
            _collective.Call(communicator, _input, _output);
        }

        communicator.PollTimes = null;
        var sent = WireTraffic.Between(before, Traffic());
        const double NanosecondsPerSecond = 1e9;
        return new Observation(
            _control.Sum(pollTimes.Sum(time => time.Nanoseconds)) / NanosecondsPerSecond / iterations, (double)sent / iterations);
    }

    /// <summary>Returns the wrong elements in the last result of the last batch, over all ranks.</summary>
    public long CountWrong() => _control.Sum(_collective.CountWrong(_output, _control.Rank, _control.Size));

    /// <summary>Returns the readings by rank, taken after all ranks have arrived here, so that none is still sending.</summary>
    private WireTraffic[] Traffic()
    {
        _control.Sum(0L);
        var own = WireTraffic.Now();
        return [.. _control.Gather([own.Namespace, own.SentBytes]).Select(rank => new WireTraffic(rank[0], rank[1]))];
    }

    private void Prepare(Communicator communicator, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _collective.Call(communicator, _input.AsSpan(0, _wakeInput), _output.AsSpan(0, _wakeOutput));
        // A result left over from an earlier batch must not be mistaken for a result of this one.
        _output.AsSpan().Fill(float.NaN);
        communicator.Barrier(cancellationToken);
    }
}
