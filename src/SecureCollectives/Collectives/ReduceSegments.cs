namespace SecureCollectives.Collectives;

/// <summary>
/// Cuts a large Reduce into segments, each an operation of its own: ranks other than the root hold partial results, of one segment at a
/// time, whatever the buffer's length.
/// </summary>
internal static class ReduceSegments
{
    /// <summary>
    /// Bytes of a segment. Part of the wire protocol. The chain is filled and emptied once for each: at 64 chunks of 256 KiB that costs
    /// world 8 a tenth.
    /// </summary>
    public const int Bytes = 16 << 20;

    /// <summary>How many there are.</summary>
    /// <param name="elements">The buffer; an empty one is a segment.</param>
    /// <param name="segmentBytes">Bytes of a segment; tests lower it.</param>
    public static int Count(Elements elements, int segmentBytes = Bytes) =>
        (int)Math.Max(1, (elements.Count + Each(elements, segmentBytes) - 1) / Each(elements, segmentBytes));

    /// <summary>The elements of a segment.</summary>
    /// <param name="elements">The buffer.</param>
    /// <param name="segment">Which, from 0.</param>
    /// <param name="segmentBytes">Bytes of a segment; tests lower it.</param>
    public static ElementRange Range(Elements elements, int segment, int segmentBytes = Bytes)
    {
        var start = segment * Each(elements, segmentBytes);
        return new ElementRange(start, Math.Min(Each(elements, segmentBytes), elements.Count - start));
    }

    private static long Each(Elements elements, int segmentBytes) => segmentBytes / elements.Size;
}
