using SecureCollectives.Rpc;

namespace SecureCollectives.Telemetry;

/// <summary>Attribute names for measurements and activities.</summary>
internal static class Attributes
{
    public const string Collective = "securecollectives.collective";
    public const string SizeClass = "securecollectives.size_class";
    public const string Protection = "securecollectives.protection";
    public const string Transport = "securecollectives.transport";
    public const string Cause = "securecollectives.cause";
    public const string RefusalReason = RpcMetrics.RefusalReason;

    /// <summary>Absent on success, following the OpenTelemetry conventions.</summary>
    public const string Error = "error.type";

    /// <summary>This attribute and those below are set on activities only; on metrics they would create too many time series.</summary>
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
