using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>The wording of failures.</summary>
internal static class FailureWords
{
    /// <summary>Describes a frame that was refused.</summary>
    public static string Of(OpenStatus status, int peer) => status switch
    {
        OpenStatus.AuthenticationFailed => $"a frame from rank {peer} failed authentication: it was altered in transit",
        OpenStatus.WrongCounter => $"a frame from rank {peer} was out of sequence: replayed, reordered, dropped or from another lane",
        _ => $"a frame from rank {peer} was not the expected one: it was altered in transit, or the peer runs another version",
    };

    /// <summary>Describes a connection that has ended.</summary>
    public static string Of(LaneOutcome outcome, string? fault, int peer) =>
        outcome == LaneOutcome.Ended ? $"rank {peer} closed its connection in the middle of the operation"
        : fault is not null ? $"the connection to rank {peer} broke: {fault}"
        : $"the connection to rank {peer} broke; its process or the network between the two has probably failed";

    /// <summary>Describes a failure that another rank observed.</summary>
    public static string Of(AbortReason reason, int culprit, int reporter) => reason switch
    {
        AbortReason.PeerLost => $"rank {reporter} lost its connection to rank {culprit}",
        AbortReason.TimedOut => $"rank {reporter} waited for rank {culprit} until the deadline",
        AbortReason.AuthenticationFailed => $"rank {reporter} refused a frame from rank {culprit}, or that rank's certificate has expired",
        AbortReason.CallMismatch =>
            $"ranks {reporter} and {culprit} made different calls; all ranks must make the same calls in the same order",
        AbortReason.Cancelled => $"rank {culprit} cancelled the operation",
        AbortReason.Closed => $"rank {culprit} closed the communicator",
        AbortReason.ReductionFailed => $"the user-defined reduction threw on rank {culprit}; see the exception there",
        _ => $"rank {culprit} failed with an internal error; see its log",
    };
}
