using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Telemetry;

/// <summary>
/// Measures a call from start to finish for listeners. Without listeners it reads no clock and allocates nothing.
/// </summary>
internal struct MeasuredOperation
{
    /// <summary>The names of collectives, by code. Enum.ToString would look them up each time.</summary>
    private static readonly string[] Names =
        [.. Enumerable.Range(0, (int)CollectiveCode.Envelope + 1).Select(static code => ((CollectiveCode)code).ToString())];

    private CommunicatorTelemetry? _communicator;
    private ActivityContext _parent;
    private string _name;
    private long _bytes;
    private long _began;

    /// <summary>Starts measuring a call to a collective.</summary>
    /// <param name="communicator">The communicator; null if its calls are not measured.</param>
    /// <param name="schedule">The schedule of channel 0.</param>
    /// <param name="bytes">The length of the longer buffer in bytes.</param>
    public void Begin(CommunicatorTelemetry? communicator, Schedule schedule, long bytes)
    {
        _communicator = null;
        if (communicator is not null && Instruments.OperationsAreWanted)
        {
            Begin(communicator, Names[(int)schedule.Descriptor.Collective], bytes);
        }
    }

    /// <summary>Starts measuring a call to Send or Receive.</summary>
    /// <param name="communicator">The communicator; null if its calls are not measured.</param>
    /// <param name="name">The name of the call.</param>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    public void BeginDirect(CommunicatorTelemetry? communicator, string name, long bytes)
    {
        _communicator = null;
        if (communicator is not null && Instruments.OperationsAreWanted)
        {
            Begin(communicator, name, bytes);
        }
    }

    /// <summary>Reports a call that has ended.</summary>
    /// <param name="sequence">The number of the operation in the communicator; null if it has none.</param>
    /// <param name="failure">The failure; null if the call succeeded.</param>
    public void End(ulong? sequence, OperationFailure? failure)
    {
        if (_communicator is not { } communicator)
        {
            return;
        }

        _communicator = null;
        var elapsed = Stopwatch.GetElapsedTime(_began);
        try
        {
            Report(communicator, elapsed, failure);
            if (Instruments.IsTraced)
            {
                Trace(communicator, elapsed, sequence, failure);
            }
        }
        catch (Exception)
        {
            // An application's listener threw, which must not end the operation.
        }
    }

    /// <summary>Returns the name used for a failure in measurements and activities.</summary>
    public static string Outcome(AbortReason reason) => ((CollectiveError)reason).ToString();

    private void Begin(CommunicatorTelemetry communicator, string name, long bytes)
    {
        (_communicator, _name, _bytes) = (communicator, name, bytes);
        _parent = Instruments.IsTraced && Activity.Current is { } current ? current.Context : default;
        _began = Stopwatch.GetTimestamp();
    }

    private readonly void Report(CommunicatorTelemetry communicator, TimeSpan elapsed, OperationFailure? failure)
    {
        var attributes = new TagList
        {
            { Attributes.Collective, _name },
            { Attributes.SizeClass, SizeClass.Of(_bytes) },
            { Attributes.Protection, communicator.Protection },
            { Attributes.Transport, communicator.Transport },
        };
        if (failure is not null)
        {
            attributes.Add(Attributes.Error, Outcome(failure.Reason));
        }

        Instruments.OperationDuration?.Record(elapsed.TotalSeconds, attributes);
        Instruments.OperationBytes?.Add(_bytes, attributes);
    }

    /// <summary>Creates the activity when the call is over, because no thread belongs to a single call while it runs.</summary>
    private readonly void Trace(CommunicatorTelemetry communicator, TimeSpan elapsed, ulong? sequence, OperationFailure? failure)
    {
        // The current activity of this thread is not the caller's.
        var current = Activity.Current;
        Activity.Current = null;
        try
        {
            var ended = DateTime.UtcNow;
            using var activity = Instruments.Source?.StartActivity(
                _name, ActivityKind.Internal, _parent, tags: null, links: null, startTime: ended - elapsed);
            if (activity is null)
            {
                return;
            }

            activity.SetTag(Attributes.Communicator, communicator.Id);
            activity.SetTag(Attributes.Session, communicator.Session);
            activity.SetTag(Attributes.Rank, communicator.Rank);
            activity.SetTag(Attributes.WorldSize, communicator.WorldSize);
            activity.SetTag(Attributes.Operation, (long?)sequence);
            activity.SetTag(Attributes.Bytes, _bytes);
            activity.SetTag(Attributes.Protection, communicator.Protection);
            activity.SetTag(Attributes.Transport, communicator.Transport);
            if (failure is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, failure.Detail);
                activity.SetTag(Attributes.Error, Outcome(failure.Reason));
                activity.SetTag(Attributes.Culprit, failure.Culprit);
                activity.SetTag(Attributes.OtherCulprit, failure.OtherCulprit);
            }

            activity.SetEndTime(ended);
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
