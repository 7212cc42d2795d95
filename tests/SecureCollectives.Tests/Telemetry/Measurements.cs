using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using SecureCollectives.Telemetry;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>Listens to all instruments of the library and records their measurements.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string Instrument, double Value, Dictionary<string, object?> Attributes)> _reported = [];
    private readonly List<(Func<string, Dictionary<string, object?>, bool> Matches, TaskCompletionSource Found)> _awaited = [];
    private readonly MeterListener _listener = new();

    public Measurements()
    {
        // Instruments are created on first use; observable ones must exist before they are read.
        RuntimeHelpers.RunClassConstructor(typeof(Instruments).TypeHandle);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SecureCollectives")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Returns the values that an instrument has reported with the given attributes.</summary>
    public double[] Of(string instrument, params (string Name, object? Value)[] attributes)
    {
        lock (_gate)
        {
            return
            [
                .. _reported.Where(entry => entry.Instrument == instrument
                    && attributes.All(wanted => Equals(entry.Attributes.GetValueOrDefault(wanted.Name), wanted.Value)))
                    .Select(static entry => entry.Value),
            ];
        }
    }

    /// <summary>Completes as soon as the instrument has reported a value with the given attribute.</summary>
    public Task ReportedAsync(string instrument, string attribute, object value)
    {
        lock (_gate)
        {
            if (Of(instrument, (attribute, value)).Length > 0)
            {
                return Task.CompletedTask;
            }

            var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add(((name, tags) => name == instrument && Equals(tags.GetValueOrDefault(attribute), value), found));
            return found.Task;
        }
    }

    /// <summary>Reads the observable instruments.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var attributes = new Dictionary<string, object?>();
        foreach (var (name, tag) in tags)
        {
            attributes.Add(name, tag);
        }

        lock (_gate)
        {
            _reported.Add((instrument.Name, value, attributes));
            foreach (var (_, found) in _awaited.Where(awaited => awaited.Matches(instrument.Name, attributes)))
            {
                found.TrySetResult();
            }
        }
    }
}
