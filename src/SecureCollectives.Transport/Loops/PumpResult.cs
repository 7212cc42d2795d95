namespace SecureCollectives.Transport.Loops;

/// <summary>The result of one attempt to receive on a lane.</summary>
internal enum PumpResult : byte
{
    /// <summary>Nothing could be done.</summary>
    Idle,

    /// <summary>Bytes moved or were applied.</summary>
    Moved,

    /// <summary>Something happened that the loop must judge: <see cref="LanePort.Event"/>.</summary>
    Event,
}
