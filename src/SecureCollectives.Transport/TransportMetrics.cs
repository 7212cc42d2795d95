using System.Diagnostics.Metrics;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport;

/// <summary>
/// All instruments of this assembly. The meter bears the library's name, as do those of the other assemblies, so a listener that enables
/// that name gets the instruments of all of them. An instrument is null if a listener threw when it was published.
/// </summary>
internal static class TransportMetrics
{
    private static readonly Meter Meter = new("SecureCollectives", typeof(TransportMetrics).Assembly.GetName().Version!.ToString(3));

    public static readonly Counter<long>? LinkSent = Counter(
        "securecollectives.link.sent", "By", "Bytes of frames sent to a rank: headers, payloads and tags.");

    public static readonly Counter<long>? LinkReceived = Counter(
        "securecollectives.link.received", "By", "Bytes of frames received from a rank: headers, payloads and tags.");

    public static readonly Counter<long>? LinkRekeys = Counter(
        "securecollectives.link.rekeys", "{rekey}", "Keys replaced by the next one in their chain, in both directions of a link.");

    public static readonly Histogram<double>? OperationWait = ListenerGuard.Create(static () => Meter.CreateHistogram(
        "securecollectives.operation.wait",
        "s",
        "Time during which an operation could only wait for a rank.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets }));

    /// <summary>Bucket boundaries in seconds, from the duration of the fastest operation to the longest wait.</summary>
    public static double[] DurationBuckets =>
        [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    /// <inheritdoc cref="RpcMetrics.Refused"/>
    public static void Refused(string reason) => RpcMetrics.Refused(reason);

    private static Counter<long>? Counter(string name, string unit, string description) =>
        ListenerGuard.Create(() => Meter.CreateCounter<long>(name, unit, description));
}
