using SecureCollectives.Rpc;

namespace SecureCollectives.Telemetry;

/// <summary>The names of the attributes of measurements and activities.</summary>
internal static class Attributes
{
    public const string Collective = "securecollectives.collective";
    public const string SizeClass = "securecollectives.size_class";
    public const string Protection = "securecollectives.protection";
    public const string Transport = "securecollectives.transport";
    public const string Cause = "securecollectives.cause";
    public const string RefusalReason = RpcMetrics.RefusalReason;

    /// <summary>Absent if nothing failed, by the conventions of OpenTelemetry.</summary>
    public const string Error = "error.type";

    /// <summary>This and the following are attributes of activities only: metrics would have too many time series with them.</summary>
    public const string Communicator = "securecollectives.communicator.id";
    public const string Rank = "securecollectives.rank";
    public const string WorldSize = "securecollectives.world_size";
    public const string Session = "securecollectives.session.id";
    public const string Operation = "securecollectives.operation.number";
    public const string Bytes = "securecollectives.operation.bytes";
    public const string Peer = "securecollectives.peer.rank";
    public const string Culprit = "securecollectives.culprit.rank";
    public const string OtherCulprit = "securecollectives.other_culprit.rank";
    public const string Job = "securecollectives.job.name";
}
