namespace SecureCollectives.Rpc;

/// <summary>
/// Bounds the bytes that a peer may send inside TLS without anything coming of them. The reads of one connection follow each other: used by
/// one of them at a time.
/// </summary>
internal interface IReceiveLimit
{
    /// <summary>Bytes that may be taken from the connection now. At 0 nothing more is read and the connection ends.</summary>
    int Left { get; }

    /// <summary>What the peer has exceeded, for people; meaningful when nothing is <see cref="Left"/>.</summary>
    string Excess { get; }

    /// <summary>Bytes were taken from the connection, no more than were <see cref="Left"/>.</summary>
    void Spend(int bytes);

    /// <summary>The handshake is complete; what came with its last bytes is the user's.</summary>
    void CompleteHandshake();

    /// <summary>TLS gave bytes to its user.</summary>
    void Earn(int bytes);
}
