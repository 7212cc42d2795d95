using System.Diagnostics.Metrics;

namespace SecureCollectives.Transport;

/// <summary>
/// The instruments of this assembly. Its meter has the name of the library, like the meters of the other assemblies, so that one name
/// selects all of them.
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

    /// <summary>The bucket boundaries of durations, in seconds: from the fastest operation to the longest wait.</summary>
    public static double[] DurationBuckets =>
        [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    /// <summary>Counts a connection that was refused.</summary>
    /// <param name="reason">One of the few reasons that docs/observability.md lists.</param>
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
