namespace SecureCollectives.Transport.Loops;

/// <summary>What a look at a lane has come to.</summary>
internal enum PumpResult : byte
{
    /// <summary>Nothing could be done.</summary>
    Idle,

    /// <summary>Bytes moved or were applied.</summary>
    Moved,

    /// <summary>Something for the loop to judge: <see cref="LanePort.Event"/>.</summary>
    Event,
}
