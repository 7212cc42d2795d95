using System.Diagnostics.Metrics;

namespace SecureCollectives.Rpc;

/// <summary>
/// The counter of refused connections and calls, which the assemblies above share. Its meter has the name of the library, like their
/// meters: a listener that asks for that name gets the instruments of all assemblies.
/// </summary>
internal static class RpcMetrics
{
    /// <summary>The name of the attribute that says why a connection or call was refused.</summary>
    public const string RefusalReason = "securecollectives.refusal.reason";

    private static readonly Meter Meter = new("SecureCollectives", typeof(RpcMetrics).Assembly.GetName().Version!.ToString(3));

    private static readonly Counter<long>? Refusals = ListenerGuard.Create(static () => Meter.CreateCounter<long>(
        "securecollectives.connection.refusals", "{refusal}", "Connections and calls of other processes that this worker refused."));

    /// <summary>Counts a refused connection or call.</summary>
    /// <param name="reason">The reason, one of a small fixed set of words.</param>
    public static void Refused(string reason) => ListenerGuard.Count(Refusals, RefusalReason, reason);
}
