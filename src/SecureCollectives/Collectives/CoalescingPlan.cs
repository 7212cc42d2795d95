namespace SecureCollectives.Collectives;

/// <summary>
/// The operations of a call over many buffers. They depend only on the buffers' lengths, so that every rank queues the same ones in the
/// same order: first one for each large buffer, then those that pack the small ones. The caller's thread copies the small buffers while the
/// large ones are already in progress.
/// </summary>
internal static class CoalescingPlan
{
    /// <summary>
    /// The size in bytes from which a buffer gets its own operation. Part of the wire protocol. Packing saves the fixed cost of an
    /// operation, its steps from rank to rank: tens to hundreds of microseconds. The cost of packing grows with the number of bytes, which
    /// are copied twice; at 1 MiB, this also takes hundreds of microseconds.
    /// </summary>
    public const int LargeBytes = 1 << 20;

    /// <summary>
    /// The maximum number of bytes in an operation that packs several buffers. Part of the wire protocol. It bounds the scratch memory, and
    /// lets the caller copy one pack while the previous one is in progress.
    /// </summary>
    public const int PackBytes = 16 << 20;

    /// <summary>Returns the operations in order. There is at least one, so that ranks detect if some of them have no buffers.</summary>
    /// <param name="lengths">The number of elements in each buffer.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    public static IReadOnlyList<CoalescedOperation> Of(ReadOnlySpan<int> lengths, int elementSize)
    {
        var (large, packs, pack) = (new List<CoalescedOperation>(), new List<CoalescedOperation>(), new List<PackedBuffer>());
        var start = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            if ((long)lengths[i] * elementSize >= LargeBytes)
            {
                large.Add(new CoalescedOperation([new PackedBuffer(i, 0, lengths[i])]));
                continue;
            }

            if ((long)(start + lengths[i]) * elementSize > PackBytes)
            {
                packs.Add(new CoalescedOperation([.. pack]));
                pack.Clear();
                start = 0;
            }

            pack.Add(new PackedBuffer(i, start, lengths[i]));
            start += lengths[i];
        }

        if (pack.Count > 0 || large.Count == 0)
        {
            packs.Add(new CoalescedOperation([.. pack]));
        }

        return [.. large, .. packs];
    }
}
