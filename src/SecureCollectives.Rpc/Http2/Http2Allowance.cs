namespace SecureCollectives.Rpc;

/// <summary>
/// Bounds what a peer may send over an HTTP/2 connection without anything coming of it: SETTINGS, PING, WINDOW_UPDATE, empty or padded
/// DATA, requests that are reset at once. Each such frame costs its receiver work, most of them an answer, and no window of HTTP/2 holds
/// them back.
/// </summary>
/// <remarks>
/// Bytes that carry nobody's data spend the allowance, data in either direction earns it back: whoever moves data needs window updates and
/// frame headers for it. Thread-safe.
/// </remarks>
/// <param name="clock">Time earns too, slowly: a connection at rest is asked for a sign of life now and then.</param>
internal sealed class Http2Allowance(TimeProvider clock)
{
    /// <summary>The start of a connection takes some hundred bytes, a call as many.</summary>
    public const int Capacity = 64 << 10;

    /// <summary>
    /// What a byte of data earns. The smallest frame of a lane makes 41 bytes of data, for which its sender sends 9 bytes of a frame's
    /// header, and its receiver a window update of 13 now and then.
    /// </summary>
    public const int EarnedPerByte = 4;

    /// <summary>Two pings and their two answers in 30 seconds are 2 bytes a second.</summary>
    public const int EarnedPerSecond = 64;

    private long _left = Capacity;
    private long _refilled = clock.GetTimestamp();

    /// <summary>A peer's data was received, or data was sent to it.</summary>
    public void Earn(long dataBytes) => Add(dataBytes * EarnedPerByte);

    /// <summary>Bytes that carry no data were received.</summary>
    /// <returns>False: they are more than may come.</returns>
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

        // The clock is asked only when there is need. The reads of a connection follow each other: one thread comes here.
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
