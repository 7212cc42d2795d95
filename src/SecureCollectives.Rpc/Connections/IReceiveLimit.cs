namespace SecureCollectives.Rpc;

/// <summary>
/// Limits the bytes that a peer may send inside TLS without progress. Not thread-safe: the reads on a connection are sequential.
/// </summary>
internal interface IReceiveLimit
{
    /// <summary>The number of bytes that may be read from the connection now. At 0, reading stops and the connection ends.</summary>
    int Left { get; }

    /// <summary>A human-readable description of the limit that the peer has exceeded; valid when <see cref="Left"/> is 0.</summary>
    string Excess { get; }

    /// <summary>Records bytes read from the connection, at most <see cref="Left"/>.</summary>
    void Spend(int bytes);

    /// <summary>
    /// Records that the handshake is complete. Surplus bytes that arrived with its last flight count as application data.
    /// </summary>
    void CompleteHandshake();

    /// <summary>Records decrypted bytes that TLS has delivered.</summary>
    void Earn(int bytes);
}
