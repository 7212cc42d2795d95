using System.Diagnostics.Metrics;

namespace SecureCollectives.Rpc;

/// <summary>
/// The counter of refused connections and calls, shared with the assemblies above. Its meter bears the library's name, like theirs, so a
/// listener that subscribes to that name gets the instruments of every assembly.
/// </summary>
internal static class RpcMetrics
{
    /// <summary>The attribute that says why a connection or call was refused.</summary>
    public const string RefusalReason = "securecollectives.refusal.reason";

    private static readonly Meter Meter = new("SecureCollectives", typeof(RpcMetrics).Assembly.GetName().Version!.ToString(3));

    private static readonly Counter<long>? Refusals = ListenerGuard.Create(static () => Meter.CreateCounter<long>(
        "securecollectives.connection.refusals", "{refusal}", "Connections and calls from other processes that this worker refused."));

    /// <summary>Counts a refused connection or call.</summary>
    /// <param name="reason">The reason, from a small fixed set of words.</param>
    public static void Refused(string reason) => ListenerGuard.Count(Refusals, RefusalReason, reason);
}
