using System.Diagnostics;
using System.Diagnostics.Metrics;
using SecureCollectives.Rpc;
using SecureCollectives.Transport;

namespace SecureCollectives.Telemetry;

/// <summary>
/// The instruments above the transport, and the source of all activities. The meter and the source are named after the library. An
/// instrument or the source is null if a listener threw when it was published.
/// </summary>
internal static class Instruments
{
    private const string Name = "SecureCollectives";

    private static readonly string Version = typeof(Instruments).Assembly.GetName().Version!.ToString(3);

    private static readonly Meter Meter = new(Name, Version);

    /// <summary>The source of all activities.</summary>
    public static readonly ActivitySource? Source = ListenerGuard.Create(static () => new ActivitySource(Name, Version));

    public static readonly Histogram<double>? OperationDuration = ListenerGuard.Create(static () => Meter.CreateHistogram(
        "securecollectives.operation.duration",
        "s",
        "Time from a call until its buffers are the caller's again.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = TransportMetrics.DurationBuckets }));

    public static readonly Counter<long>? OperationBytes = Counter(
        "securecollectives.operation.bytes", "By", "Bytes of the calls' buffers: of each call, the longer of its input and output here.");

    private static readonly Counter<long>? LinkReplacements = Counter(
        "securecollectives.link.replacements", "{replacement}", "Links that another link with new keys has replaced, by cause.");

    private static readonly Counter<long>? CommunicatorFailures = Counter(
        "securecollectives.communicator.failures", "{failure}", "Communicators that failed at this rank.");

    private static int _activeCommunicators;

    static Instruments() => ListenerGuard.Create(static () => Meter.CreateObservableUpDownCounter(
        "securecollectives.communicator.active",
        static () => Volatile.Read(ref _activeCommunicators),
        "{communicator}",
        "Communicators of this process that are open and have not failed."));

    /// <summary>Whether a listener wants activities.</summary>
    public static bool IsTraced => Source is { } source && source.HasListeners();

    /// <summary>Whether a listener wants measurements or activities for operations.</summary>
    public static bool OperationsAreWanted => OperationDuration is { Enabled: true } || OperationBytes is { Enabled: true } || IsTraced;

    /// <summary>Counts a communicator whose loops have started.</summary>
    public static void CommunicatorOpened() => Interlocked.Increment(ref _activeCommunicators);

    /// <summary>Counts a communicator that has ended.</summary>
    /// <param name="failure">Why it failed; null if it was closed.</param>
    public static void CommunicatorEnded(string? failure)
    {
        Interlocked.Decrement(ref _activeCommunicators);
        if (failure is not null)
        {
            ListenerGuard.Count(CommunicatorFailures, Attributes.Error, failure);
        }
    }

    /// <summary>Counts a link that has replaced another.</summary>
    public static void LinkReplaced(string cause) => ListenerGuard.Count(LinkReplacements, Attributes.Cause, cause);

    /// <inheritdoc cref="RpcMetrics.Refused"/>
    public static void Refused(string reason) => RpcMetrics.Refused(reason);

    private static Counter<long>? Counter(string name, string unit, string description) =>
        ListenerGuard.Create(() => Meter.CreateCounter<long>(name, unit, description));
}
