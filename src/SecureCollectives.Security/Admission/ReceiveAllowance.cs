namespace SecureCollectives.Security.Admission;

/// <summary>
/// Bounds the bytes that one connection may send without anything coming of them: until its handshake is complete, and from then on between
/// what its user gets to see. TLS itself bounds neither: a peer may change keys, or send records that are empty, for ever.
/// </summary>
/// <remarks>
/// <para>Every byte taken from the connection is spent; every byte that TLS gives to its user earns some back. So the work of a connection
/// is proportional to what it delivers, whatever it sends in between.</para>
/// <para>Not thread-safe: the reads of one connection follow each other.</para>
/// </remarks>
internal sealed class ReceiveAllowance
{
    /// <summary>
    /// Until the handshake is complete. A ClientHello with a post-quantum key share has 2 KiB, a chain of three certificates as many.
    /// </summary>
    public const int BeforeHandshake = 16 * 1024;

    /// <summary>
    /// From then on. SslStream takes up to 32 KiB off the connection at once, half a record among them, before anything of it is decrypted;
    /// this is twice as much.
    /// </summary>
    public const int WithoutProgress = 64 * 1024;

    /// <summary>
    /// What a delivered byte earns. The smallest frame, alone in its record, has 32 bytes for 54 on the wire; a byte alone in a record is
    /// rare.
    /// </summary>
    public const int EarnedPerByte = 4;

    private int _left = BeforeHandshake;
    private int _limit = BeforeHandshake;

    /// <summary>Bytes that may be taken from the connection now. At 0 nothing more is read and the connection ends.</summary>
    public int Left => _left;

    /// <summary>What the connection has exceeded, for people; meaningful when nothing is <see cref="Left"/>.</summary>
    public string Excess => _limit == BeforeHandshake
        ? $"more than {BeforeHandshake} bytes came before its handshake was complete"
        : $"more than {WithoutProgress} bytes came that carry nothing";

    /// <summary>Bytes were taken from the connection, no more than were <see cref="Left"/>.</summary>
    public void Spend(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _left);
        _left -= bytes;
    }

    /// <summary>The handshake is complete; what came with its last bytes is the user's.</summary>
    public void CompleteHandshake() => _left = _limit = WithoutProgress;

    /// <summary>The user was given bytes.</summary>
    public void Earn(int bytes) => _left = (int)Math.Min(_limit, _left + ((long)EarnedPerByte * bytes));
}
