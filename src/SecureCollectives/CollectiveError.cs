using SecureCollectives.Framing;

namespace SecureCollectives;

/// <summary>Why a collective failed.</summary>
public enum CollectiveError
{
    /// <summary>
    /// The connection to the culprit closed or broke: its process has failed or, if two ranks are named, the network between them has.
    /// </summary>
    PeerLost = AbortReason.PeerLost,

    /// <summary>
    /// The operation's time limit passed while a rank waited for the culprit. If two ranks are named, data that one of them sent did not
    /// reach the other.
    /// </summary>
    TimedOut = AbortReason.TimedOut,

    /// <summary>
    /// A frame that claimed to be from the culprit was altered, replayed, reordered, dropped or spliced in transit, and was rejected; or a
    /// certificate used for one of its links expired.
    /// </summary>
    AuthenticationFailed = AbortReason.AuthenticationFailed,

    /// <summary>The reporter and the culprit called different collectives, or the same one with different arguments.</summary>
    CallMismatch = AbortReason.CallMismatch,

    /// <summary>The culprit's caller cancelled an operation.</summary>
    Cancelled = AbortReason.Cancelled,

    /// <summary>The culprit disposed its communicator while other ranks were still using theirs.</summary>
    Closed = AbortReason.Closed,

    /// <summary>A bug in this library made the culprit fail; the culprit's log has the details.</summary>
    InternalError = AbortReason.InternalError,

    /// <summary>The culprit's user-defined reduction threw. On the culprit, its exception is the inner exception.</summary>
    ReductionFailed = AbortReason.ReductionFailed,
}
