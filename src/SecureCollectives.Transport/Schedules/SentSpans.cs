namespace SecureCollectives.Transport.Schedules;

/// <summary>Until when a span that was sent can be made again from the caller's buffers, should the link break under it.</summary>
internal enum SentSpans : byte
{
    /// <summary>
    /// Until its peer has applied it: nothing that arrives before changes it. The operation holds the buffers until all was acknowledged.
    /// </summary>
    StayUntilApplied,

    /// <summary>
    /// Not beyond the moment of sending: the next step overwrites it. The lane keeps a copy until the acknowledgement, which the operation
    /// does not wait for; each flow is one <see cref="Framing.FrameKind.Message"/>.
    /// </summary>
    AreOverwritten,
}
