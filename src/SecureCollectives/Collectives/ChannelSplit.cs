namespace SecureCollectives.Collectives;

/// <summary>
/// Divides the elements of a call into consecutive ranges, one per channel. The ranges depend only on length, element size, world size and
/// the number of channels, and so do the order of summation and every bit of the result.
/// </summary>
internal readonly struct ChannelSplit
{
    /// <summary>
    /// The minimum number of bytes of the buffer (for AllGather: of the whole result) per channel; smaller calls use fewer channels. Part
    /// of the wire protocol. Below this minimum, waking a thread for a part and leaving its window partly empty costs more than the part
    /// gains. To measure, change it and run the benchmark with <c>--channels 1</c> and with more, on a machine with enough cores.
    /// </summary>
    public const int MinBytes = 512 * 1024;

    /// <summary>Ranges start on cache-line boundaries if the buffer does.</summary>
    private const int LineBytes = 64;

    private readonly long _count;
    private readonly long _each;

    /// <param name="count">The number of elements to divide: of the buffer, or of one rank's shard.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="shards">The number of shards in the whole result: 1, or for AllGather the world size.</param>
    /// <param name="channels">The number of channels of the communicator.</param>
    /// <param name="minBytes">The minimum number of bytes of the buffer (or of the whole result) per channel; tests lower it.</param>
    public ChannelSplit(long count, int elementSize, int shards, int channels, int minBytes = MinBytes)
    {
        var wanted = Math.Clamp(count * elementSize * shards / minBytes, 1, channels);
        var line = Math.Max(1, LineBytes / elementSize);
        _count = count;
        _each = wanted == 1 ? count : CeilingDivide(CeilingDivide(count, wanted), line) * line;
        Channels = count == 0 ? 1 : (int)CeilingDivide(count, _each);
    }

    /// <summary>The number of channels that the call uses, from channel 0 on.</summary>
    public int Channels { get; }

    /// <summary>Returns the elements of a channel.</summary>
    public ElementRange Range(int channel)
    {
        var start = channel * _each;
        return new ElementRange(start, Math.Min(_each, _count - start));
    }

    private static long CeilingDivide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
