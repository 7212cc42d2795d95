namespace SecureCollectives.Rpc;

/// <summary>Why a call found no usable connection. Callers branch on this, never on the text of a message.</summary>
internal enum ConnectionFailure
{
    /// <summary>The host's name could not be resolved.</summary>
    NameNotResolved,

    /// <summary>The host answered that nothing listens on the port.</summary>
    Refused,

    /// <summary>There is no way to the host.</summary>
    Unreachable,

    /// <summary>Connecting and the TLS handshake together took longer than allowed.</summary>
    TimedOut,

    /// <summary>The TLS handshake failed on this side: our rules refused the peer, or the peer does not speak our TLS.</summary>
    TlsFailed,

    /// <summary>
    /// The TLS handshake failed on this side, because of something about the peer's certificate that can pass with time: it is not valid
    /// yet, has just expired, or was issued by an authority that only one side has heard of.
    /// </summary>
    NotTrustedNow,

    /// <summary>The TLS handshake failed on this side: the peer is another worker than the one that was expected there.</summary>
    OtherPeer,

    /// <summary>
    /// The peer took the connection and ended it before it sent a single byte of HTTP/2, and before TLS was made if it was to be.
    /// </summary>
    ClosedByPeer,

    /// <summary>
    /// TLS was made as far as this side can tell, and the peer ended the connection before it sent a single byte of HTTP/2. In TLS 1.3 this
    /// is how a client learns that the server refused its certificate.
    /// </summary>
    ClosedAfterHandshake,

    /// <summary>A connection that had worked was lost.</summary>
    Lost,

    /// <summary>The peer answered with something other than gRPC over HTTP/2.</summary>
    NotGrpc,
}
