namespace SecureCollectives.Framing;

/// <summary>The result of reading bytes from a peer. Any status other than <see cref="Ok"/> closes the lane.</summary>
internal enum FrameReadStatus
{
    Ok,

    /// <summary>The input does not have the length of the structure being read.</summary>
    WrongLength,

    /// <summary>The version is not <see cref="FrameFormat.Version"/>.</summary>
    UnknownVersion,

    /// <summary>A code (kind, phase, collective, type, operator, algorithm, reason) is unknown to this version.</summary>
    UnknownCode,

    /// <summary>A bit that must be zero in this version is set.</summary>
    ReservedBitsSet,

    /// <summary>The payload is longer than a frame may carry.</summary>
    TooLong,
}
