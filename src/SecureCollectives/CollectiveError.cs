using SecureCollectives.Framing;

namespace SecureCollectives;

/// <summary>What made a collective fail.</summary>
public enum CollectiveError
{
    /// <summary>
    /// The connection to the culprit ended or broke: its process has failed, or, where two ranks are named, the network between them.
    /// </summary>
    PeerLost = AbortReason.PeerLost,

    /// <summary>
    /// The culprit was waited for until the operation's time limit; where two ranks are named, what one sent did not reach the other.
    /// </summary>
    TimedOut = AbortReason.TimedOut,

    /// <summary>
    /// A frame that claimed to be the culprit's was altered, replayed, reordered, dropped or spliced on the way, and refused; or a
    /// certificate of its links expired.
    /// </summary>
    AuthenticationFailed = AbortReason.AuthenticationFailed,

    /// <summary>Reporter and culprit called different collectives, or the same with different arguments.</summary>
    CallMismatch = AbortReason.CallMismatch,

    /// <summary>The culprit's caller cancelled an operation.</summary>
    Cancelled = AbortReason.Cancelled,

    /// <summary>The culprit disposed its communicator while others still used theirs.</summary>
    Closed = AbortReason.Closed,

    /// <summary>The culprit failed by a defect of this library; its log has the details.</summary>
    InternalError = AbortReason.InternalError,

    /// <summary>The culprit's user-defined reduction threw; there, what it threw is the inner exception.</summary>
    ReductionFailed = AbortReason.ReductionFailed,
}
