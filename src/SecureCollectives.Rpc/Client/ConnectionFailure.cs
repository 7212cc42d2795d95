namespace SecureCollectives.Rpc;

/// <summary>Why a call had no usable connection. Callers branch on this, never on the text of a message.</summary>
internal enum ConnectionFailure
{
    /// <summary>The host's name could not be resolved.</summary>
    NameNotResolved,

    /// <summary>The host refused the connection: nothing is listening on the port.</summary>
    Refused,

    /// <summary>The host cannot be reached.</summary>
    Unreachable,

    /// <summary>Connecting and the TLS handshake together took longer than allowed.</summary>
    TimedOut,

    /// <summary>The TLS handshake failed on this side: our rules refused the peer, or the peer does not speak our TLS.</summary>
    TlsFailed,

    /// <summary>
    /// The TLS handshake failed on this side because of a possibly temporary defect in the peer's certificate: it is not valid yet, has
    /// just expired, or was issued by an authority that this side does not trust yet.
    /// </summary>
    NotTrustedNow,

    /// <summary>The TLS handshake failed on this side: the peer is a worker other than the expected one.</summary>
    OtherPeer,

    /// <summary>
    /// The peer accepted the connection and then closed it before sending a byte of HTTP/2; with TLS, before the handshake was complete.
    /// </summary>
    ClosedByPeer,

    /// <summary>
    /// The TLS handshake was complete on this side, but the peer closed the connection before sending a byte of HTTP/2. In TLS 1.3 this is
    /// how a client learns that the server refused its certificate.
    /// </summary>
    ClosedAfterHandshake,

    /// <summary>A connection that had been in use was lost.</summary>
    Lost,

    /// <summary>The peer answered with something other than gRPC over HTTP/2.</summary>
    NotGrpc,
}
