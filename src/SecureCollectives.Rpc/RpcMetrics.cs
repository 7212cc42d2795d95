using System.Diagnostics.Metrics;

namespace SecureCollectives.Rpc;

/// <summary>
/// Everything this project measures. The meter has the name of the library, as those of its other assemblies have: who listens to that
/// name hears them all.
/// </summary>
internal static class RpcMetrics
{
    private static readonly Meter Meter = new("SecureCollectives", typeof(RpcMetrics).Assembly.GetName().Version!.ToString(3));

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "securecollectives.connection.refusals", "{refusal}", "Connections and calls of other processes that this worker refused.");

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
#pragma warning disable CA1031 // The application's listener: its faults must not end a listener of ours.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
