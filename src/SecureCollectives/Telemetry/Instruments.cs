using System.Diagnostics;
using System.Diagnostics.Metrics;
using SecureCollectives.Transport;

namespace SecureCollectives.Telemetry;

/// <summary>What the library measures above its transport. Listeners know meter and source by the library's name.</summary>
internal static class Instruments
{
    private const string Name = "SecureCollectives";

    private static readonly string Version = typeof(Instruments).Assembly.GetName().Version!.ToString(3);

    private static readonly Meter Meter = new(Name, Version);

    /// <summary>Of all activities.</summary>
    public static readonly ActivitySource Source = new(Name, Version);

    public static readonly Histogram<double> OperationDuration = Meter.CreateHistogram(
        "securecollectives.operation.duration",
        "s",
        "Time from a call until its buffers are the caller's again.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = TransportMetrics.DurationBuckets });

    public static readonly Counter<long> OperationBytes = Meter.CreateCounter<long>(
        "securecollectives.operation.bytes", "By", "Bytes of the calls' buffers: of each call, the longer of its input and output here.");

    private static readonly Counter<long> LinkReplacements = Meter.CreateCounter<long>(
        "securecollectives.link.replacements", "{replacement}", "Links that another link with new keys has replaced, by cause.");

    private static readonly Counter<long> CommunicatorFailures = Meter.CreateCounter<long>(
        "securecollectives.communicator.failures", "{failure}", "Communicators that failed at this rank.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "securecollectives.connection.refusals", "{refusal}", "Connections and calls of other processes that this worker refused.");

    private static int _activeCommunicators;

    static Instruments() => Meter.CreateObservableUpDownCounter(
        "securecollectives.communicator.active",
        static () => Volatile.Read(ref _activeCommunicators),
        "{communicator}",
        "Communicators of this process that are open and have not failed.");

    /// <summary>Whether anybody wants to know of operations.</summary>
    public static bool OperationsAreWanted => OperationDuration.Enabled || OperationBytes.Enabled || Source.HasListeners();

    /// <summary>A communicator's loops have started.</summary>
    public static void CommunicatorOpened() => Interlocked.Increment(ref _activeCommunicators);

    /// <summary>The communicator has ended.</summary>
    /// <param name="failure">Why it failed; null where it was closed.</param>
    public static void CommunicatorEnded(string? failure)
    {
        Interlocked.Decrement(ref _activeCommunicators);
        if (failure is not null)
        {
            Count(CommunicatorFailures, Attributes.Error, failure);
        }
    }

    /// <summary>A link has taken another's place.</summary>
    public static void LinkReplaced(string cause) => Count(LinkReplacements, Attributes.Cause, cause);

    /// <summary>Another worker, or whoever claims to be one, was refused.</summary>
    /// <param name="reason">One of a few words.</param>
    public static void Refused(string reason) => Count(Refusals, Attributes.RefusalReason, reason);

    private static void Count(Counter<long> counter, string attribute, string value)
    {
        if (!counter.Enabled)
        {
            return;
        }

        try
        {
            counter.Add(1, new KeyValuePair<string, object?>(attribute, value));
        }
        catch (Exception)
        {
            // The application's listener: its faults must not end what is counted.
        }
    }
}
