namespace SecureCollectives.Rpc;

/// <summary>
/// Limits the bytes without data that a peer may send over an HTTP/2 connection: SETTINGS, PING, WINDOW_UPDATE, empty or padded DATA, rapid
/// resets. Each such frame costs the receiver work, most also require a reply, and HTTP/2's flow control does not restrain them.
/// </summary>
/// <remarks>
/// Bytes without data spend the allowance, and data in either direction earns it back, because a peer that moves data needs window
/// updates and frame headers to do so. Thread-safe.
/// </remarks>
/// <param name="clock">The clock. Time also earns allowance, but slowly, because idle connections are pinged now and then.</param>
internal sealed class Http2Allowance(TimeProvider clock)
{
    /// <summary>The maximum allowance in bytes. Starting a connection takes several hundred bytes, as does a call.</summary>
    public const int Capacity = 64 << 10;

    /// <summary>
    /// The allowance earned per byte of data. The smallest frame on a lane amounts to 41 bytes of data, for which the sender sends a frame
    /// header of 9 bytes, and the receiver an occasional window update of 13.
    /// </summary>
    public const int EarnedPerByte = 4;

    /// <summary>
    /// The allowance earned per second, in bytes. Two pings and their two answers every 30 seconds take 2 bytes per second.
    /// </summary>
    public const int EarnedPerSecond = 64;

    private long _left = Capacity;
    private long _refilled = clock.GetTimestamp();

    /// <summary>Records data received from the peer or sent to it.</summary>
    public void Earn(long dataBytes) => Add(dataBytes * EarnedPerByte);

    /// <summary>Records received bytes that carry no data.</summary>
    /// <returns>False if they exceed the allowance.</returns>
    public bool TrySpend(long bytes)
    {
        if (bytes == 0)
        {
            return true;
        }

        if (Interlocked.Add(ref _left, -bytes) >= 0)
        {
            return true;
        }

        // The clock is read only when needed. Reads on a connection are sequential, so only one thread at a time gets here.
        var now = clock.GetTimestamp();
        var earned = (long)(clock.GetElapsedTime(_refilled, now).TotalSeconds * EarnedPerSecond);
        if (earned > 0)
        {
            _refilled = now;
            Add(earned);
        }

        return Volatile.Read(ref _left) >= 0;
    }

    private void Add(long bytes)
    {
        long before;
        long after;
        do
        {
            before = Volatile.Read(ref _left);
            after = Math.Min(Capacity, before + bytes);
        }
        while (after > before && Interlocked.CompareExchange(ref _left, after, before) != before);
    }
}
