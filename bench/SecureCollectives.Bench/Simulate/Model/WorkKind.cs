namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>The kinds of work that a loop does.</summary>
internal enum WorkKind : byte
{
    /// <summary>Copying the rank's own part of the result.</summary>
    CopyOwn,

    /// <summary>Sending a transfer.</summary>
    Send,

    /// <summary>Receiving a transfer and applying it.</summary>
    Receive,

    /// <summary>Acknowledging to a peer that all of its transfers were applied.</summary>
    SendAcknowledgement,

    /// <summary>Processing such an acknowledgement from a peer.</summary>
    TakeAcknowledgement,
}
