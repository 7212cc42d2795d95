namespace SecureCollectives.Collectives;

/// <summary>
/// Divides a large Reduce into segments, each an operation of its own, so that ranks other than the root hold the partial results of only
/// one segment at a time, whatever the buffer's length.
/// </summary>
internal static class ReduceSegments
{
    /// <summary>
    /// The size of a segment in bytes. Part of the wire protocol. The chain fills and drains once per segment: with 64 chunks of 256 KiB
    /// and 8 ranks, this costs about a tenth of the time.
    /// </summary>
    public const int Bytes = 16 << 20;

    /// <summary>Returns the number of segments.</summary>
    /// <param name="elements">The elements of the buffer; an empty buffer is one segment.</param>
    /// <param name="segmentBytes">The maximum length of a segment in bytes; tests lower it.</param>
    public static int Count(Elements elements, int segmentBytes = Bytes) =>
        (int)Math.Max(1, (elements.Count + Each(elements, segmentBytes) - 1) / Each(elements, segmentBytes));

    /// <summary>Returns the elements of a segment.</summary>
    /// <param name="elements">The number and size of the buffer's elements.</param>
    /// <param name="segment">The segment's number, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="segmentBytes">The maximum length of a segment in bytes; tests lower it.</param>
    public static ElementRange Range(Elements elements, int segment, int segmentBytes = Bytes)
    {
        var start = segment * Each(elements, segmentBytes);
        return new ElementRange(start, Math.Min(Each(elements, segmentBytes), elements.Count - start));
    }

    private static long Each(Elements elements, int segmentBytes) => segmentBytes / elements.Size;
}
