namespace SecureCollectives.Collectives;

/// <summary>
/// Cuts the elements of a call for its channels: into ranges that follow each other. Which element lies in which follows from length,
/// element size, world size and channels alone, and with it the order of summation and every bit of the result.
/// </summary>
internal readonly struct ChannelSplit
{
    /// <summary>
    /// Bytes of the buffer (for AllGather: of the whole result) for each channel that a call takes: smaller calls take fewer channels. Part
    /// of the wire protocol: a thread that wakes for a part, and a window that it does not fill, cost more than the part gains. To choose
    /// again: change it, and run the benchmark with <c>--channels 1</c> and more where there are cores for them.
    /// </summary>
    public const int MinBytes = 512 * 1024;

    /// <summary>Ranges begin on cache lines of a buffer that does.</summary>
    private const int LineBytes = 64;

    private readonly long _count;
    private readonly long _each;

    /// <param name="count">Elements to cut: of the buffer, or of one rank's shard.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="shards">As many times the communicator holds them: 1, or for AllGather the world size.</param>
    /// <param name="channels">Channels of the communicator.</param>
    /// <param name="minBytes">Bytes for each channel; tests lower it.</param>
    public ChannelSplit(long count, int elementSize, int shards, int channels, int minBytes = MinBytes)
    {
        var wanted = Math.Clamp(count * elementSize * shards / minBytes, 1, channels);
        var line = Math.Max(1, LineBytes / elementSize);
        _count = count;
        _each = wanted == 1 ? count : CeilingDivide(CeilingDivide(count, wanted), line) * line;
        Channels = count == 0 ? 1 : (int)CeilingDivide(count, _each);
    }

    /// <summary>How many channels the call takes, from channel 0 on.</summary>
    public int Channels { get; }

    /// <summary>The elements of a channel.</summary>
    public ElementRange Range(int channel)
    {
        var start = channel * _each;
        return new ElementRange(start, Math.Min(_each, _count - start));
    }

    private static long CeilingDivide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
