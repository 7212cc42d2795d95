namespace SecureCollectives.Framing;

/// <summary>Why a communicator was aborted, as told to the other ranks.</summary>
internal enum AbortReason : byte
{
    /// <summary>The connection to the culprit ended or broke.</summary>
    PeerLost = 1,

    /// <summary>The culprit made no progress until the deadline.</summary>
    TimedOut = 2,

    /// <summary>A frame that claimed to be the culprit's was refused.</summary>
    AuthenticationFailed = 3,

    /// <summary>The culprit called another collective, or the same with other arguments.</summary>
    CallMismatch = 4,

    /// <summary>The culprit's caller cancelled.</summary>
    Cancelled = 5,

    /// <summary>The culprit closed the communicator.</summary>
    Closed = 6,

    /// <summary>The culprit failed by itself; its log says why.</summary>
    InternalError = 7,

    /// <summary>The culprit's user-defined reduction threw.</summary>
    ReductionFailed = 8,
}
