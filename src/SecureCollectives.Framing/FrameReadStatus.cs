namespace SecureCollectives.Framing;

/// <summary>What reading bytes from a peer came to. Everything but <see cref="Ok"/> closes the lane.</summary>
internal enum FrameReadStatus
{
    Ok,

    /// <summary>Fewer or more bytes than the structure has.</summary>
    WrongLength,

    /// <summary>A version other than <see cref="FrameFormat.Version"/>.</summary>
    UnknownVersion,

    /// <summary>A code (kind, phase, collective, type, operator, algorithm, reason) that this version does not know.</summary>
    UnknownCode,

    /// <summary>A bit that this version wants to be zero is set.</summary>
    ReservedBitsSet,

    /// <summary>A payload longer than a frame of this kind may carry.</summary>
    TooLong,
}
