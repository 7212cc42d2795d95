namespace SecureCollectives.Security.Admission;

/// <summary>
/// Limits the bytes that a connection may send without progress: before its handshake is complete, and afterwards between deliveries of
/// decrypted data. TLS itself limits neither: a peer may change keys or send empty records endlessly.
/// </summary>
/// <remarks>
/// <para>Every byte read from the connection is spent; every byte that TLS delivers earns some back. The work for a connection is therefore
/// proportional to the bytes that it delivers, whatever it sends in between.</para>
/// <para>Not thread-safe: the reads on a connection are sequential.</para>
/// </remarks>
internal sealed class ReceiveAllowance
{
    /// <summary>
    /// The allowance before the handshake is complete, in bytes. A ClientHello with a post-quantum key share takes 2 KiB, and a chain of
    /// three certificates about as much.
    /// </summary>
    public const int BeforeHandshake = 16 * 1024;

    /// <summary>
    /// The allowance after the handshake, in bytes. Before decrypting anything, SslStream reads up to 32 KiB from the connection in one go,
    /// possibly ending in the middle of a record; this is twice as much.
    /// </summary>
    public const int WithoutProgress = 64 * 1024;

    /// <summary>
    /// The allowance earned per byte delivered. The smallest frame, alone in its record, has 32 bytes out of 54 on the wire; a single byte
    /// alone in a record is rare.
    /// </summary>
    public const int EarnedPerByte = 4;

    private int _left = BeforeHandshake;
    private int _limit = BeforeHandshake;

    /// <summary>The number of bytes that may be read from the connection now. At 0, reading stops and the connection ends.</summary>
    public int Left => _left;

    /// <summary>A human-readable description of the limit that was exceeded; valid when <see cref="Left"/> is 0.</summary>
    public string Excess => _limit == BeforeHandshake
        ? $"more than {BeforeHandshake} bytes arrived before its handshake was complete"
        : $"more than {WithoutProgress} bytes arrived that carry no data";

    /// <summary>Records bytes read from the connection, at most <see cref="Left"/>.</summary>
    public void Spend(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _left);
        _left -= bytes;
    }

    /// <summary>
    /// Records that the handshake is complete. Surplus bytes that arrived with its last flight count as application data.
    /// </summary>
    public void CompleteHandshake() => _left = _limit = WithoutProgress;

    /// <summary>Records decrypted bytes that TLS has delivered.</summary>
    public void Earn(int bytes) => _left = (int)Math.Min(_limit, _left + ((long)EarnedPerByte * bytes));
}
