namespace SecureCollectives.Rpc;

/// <summary>
/// Limits the bytes that a peer may send inside TLS without progress. Used by one read at a time, because the reads of a connection are
/// sequential.
/// </summary>
internal interface IReceiveLimit
{
    /// <summary>The number of bytes that may be read from the connection now. At 0 nothing more is read and the connection ends.</summary>
    int Left { get; }

    /// <summary>Describes the limit that the peer has exceeded, for people; valid when <see cref="Left"/> is 0.</summary>
    string Excess { get; }

    /// <summary>Records bytes that were read from the connection, at most <see cref="Left"/>.</summary>
    void Spend(int bytes);

    /// <summary>Records that the handshake is complete. Bytes that arrived with its last ones count as the user's.</summary>
    void CompleteHandshake();

    /// <summary>Records bytes that TLS delivered to its user.</summary>
    void Earn(int bytes);
}
