namespace SecureCollectives.Framing;

/// <summary>Why a communicator was aborted, as reported to the other ranks.</summary>
internal enum AbortReason : byte
{
    /// <summary>The connection to the culprit ended or broke.</summary>
    PeerLost = 1,

    /// <summary>The culprit made no progress by the deadline.</summary>
    TimedOut = 2,

    /// <summary>A frame claiming to come from the culprit was refused.</summary>
    AuthenticationFailed = 3,

    /// <summary>The culprit called a different collective, or the same one with different arguments.</summary>
    CallMismatch = 4,

    /// <summary>The culprit's caller cancelled the operation.</summary>
    Cancelled = 5,

    /// <summary>The culprit closed the communicator.</summary>
    Closed = 6,

    /// <summary>The culprit failed with an internal error; its log says why.</summary>
    InternalError = 7,

    /// <summary>The culprit's user-defined reduction threw.</summary>
    ReductionFailed = 8,
}
