namespace SecureCollectives.Transport.Schedules;

/// <summary>How long a sent span can be reproduced from the caller's buffers if the link breaks.</summary>
internal enum SentSpans : byte
{
    /// <summary>
    /// Until the peer has applied it: nothing that arrives earlier can change it. The operation holds the buffers until everything has been
    /// acknowledged.
    /// </summary>
    StayUntilApplied,

    /// <summary>
    /// Only until it is sent: the next step overwrites it. The lane keeps a copy until the acknowledgement, for which the operation does
    /// not wait. Each flow is a single <see cref="Framing.FrameKind.Message"/>.
    /// </summary>
    AreOverwritten,
}
