using System.Diagnostics.Metrics;

namespace SecureCollectives.Transport;

/// <summary>
/// Everything this project measures. The meter has the name of the library, as those of its other assemblies have: who listens to that
/// name hears them all.
/// </summary>
internal static class TransportMetrics
{
    private static readonly Meter Meter = new("SecureCollectives", typeof(TransportMetrics).Assembly.GetName().Version!.ToString(3));

    public static readonly Counter<long> LinkSent = Meter.CreateCounter<long>(
        "securecollectives.link.sent", "By", "Bytes of frames sent to a rank: headers, payloads and tags.");

    public static readonly Counter<long> LinkReceived = Meter.CreateCounter<long>(
        "securecollectives.link.received", "By", "Bytes of frames received from a rank: headers, payloads and tags.");

    public static readonly Counter<long> LinkRekeys = Meter.CreateCounter<long>(
        "securecollectives.link.rekeys", "{rekey}", "Keys replaced by the next of their chain, in both directions of a link.");

    public static readonly Histogram<double> OperationWait = Meter.CreateHistogram(
        "securecollectives.operation.wait",
        "s",
        "Time for which an operation could do nothing but wait for a rank.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "securecollectives.connection.refusals", "{refusal}", "Connections and calls of other processes that this worker refused.");

    /// <summary>Seconds; from what the fastest operation takes to the longest that anybody waits for.</summary>
    public static double[] DurationBuckets =>
        [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    /// <summary>Counts a connection that was refused.</summary>
    /// <param name="reason">One of a few words.</param>
    public static void Refused(string reason)
    {
        if (!Refusals.Enabled)
        {
            return;
        }

        try
        {
            Refusals.Add(1, new KeyValuePair<string, object?>("securecollectives.refusal.reason", reason));
        }
        catch (Exception)
        {
            // The application's listener: its faults must not end a listener of ours.
        }
    }
}
