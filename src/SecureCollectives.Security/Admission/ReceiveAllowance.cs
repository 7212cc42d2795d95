namespace SecureCollectives.Security.Admission;

/// <summary>
/// Limits the bytes that a connection may send without progress: until its handshake is complete, and afterwards between the bytes
/// delivered to its user. TLS itself limits neither: a peer may change keys, or send empty records, endlessly.
/// </summary>
/// <remarks>
/// <para>Every byte read from the connection is spent; every byte that TLS delivers earns some back. So the work for a connection is
/// proportional to the bytes that it delivers, whatever it sends in between.</para>
/// <para>Not thread-safe: the reads of a connection are sequential.</para>
/// </remarks>
internal sealed class ReceiveAllowance
{
    /// <summary>
    /// The allowance until the handshake is complete, in bytes. A ClientHello with a post-quantum key share takes 2 KiB, and a chain of
    /// three certificates about the same.
    /// </summary>
    public const int BeforeHandshake = 16 * 1024;

    /// <summary>
    /// The allowance after the handshake, in bytes. SslStream reads up to 32 KiB from the connection at once, possibly ending within a
    /// record, before it decrypts any of it; this is twice as much.
    /// </summary>
    public const int WithoutProgress = 64 * 1024;

    /// <summary>
    /// The number of bytes that a delivered byte earns. The smallest frame, alone in its record, has 32 bytes in 54 on the wire; a single
    /// byte alone in a record is rare.
    /// </summary>
    public const int EarnedPerByte = 4;

    private int _left = BeforeHandshake;
    private int _limit = BeforeHandshake;

    /// <summary>The number of bytes that may be read from the connection now. At 0 nothing more is read and the connection ends.</summary>
    public int Left => _left;

    /// <summary>Describes the limit that the connection has exceeded, for people; valid when <see cref="Left"/> is 0.</summary>
    public string Excess => _limit == BeforeHandshake
        ? $"more than {BeforeHandshake} bytes arrived before its handshake was complete"
        : $"more than {WithoutProgress} bytes arrived that carry no data";

    /// <summary>Records bytes that were read from the connection, at most <see cref="Left"/>.</summary>
    public void Spend(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _left);
        _left -= bytes;
    }

    /// <summary>Records that the handshake is complete. Bytes that arrived with its last ones count as the user's.</summary>
    public void CompleteHandshake() => _left = _limit = WithoutProgress;

    /// <summary>Records bytes that were delivered to the user.</summary>
    public void Earn(int bytes) => _left = (int)Math.Min(_limit, _left + ((long)EarnedPerByte * bytes));
}
