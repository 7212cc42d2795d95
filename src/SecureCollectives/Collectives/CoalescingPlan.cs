namespace SecureCollectives.Collectives;

/// <summary>
/// The operations of a call over many buffers. They follow from the buffers' lengths alone, so that every rank makes the same ones in the
/// same order: first one for each large buffer, then those of the small ones, which go together. Copying them is the work of the caller's
/// thread while the large ones are already under way.
/// </summary>
internal static class CoalescingPlan
{
    /// <summary>
    /// Bytes from which a buffer goes alone. Part of the wire protocol. What packing saves is the fixed time of an operation, its steps
    /// from rank to rank: tens to hundreds of microseconds. What it costs grows with the bytes, which are copied twice; at 1 MiB that is
    /// hundreds of microseconds as well.
    /// </summary>
    public const int LargeBytes = 1 << 20;

    /// <summary>
    /// Bytes of an operation that takes several buffers, at most. Part of the wire protocol. It bounds the scratch, and lets one pack be
    /// copied while the one before is under way.
    /// </summary>
    public const int PackBytes = 16 << 20;

    /// <summary>The operations, in their order; at least one, so that ranks of which some have no buffers learn so.</summary>
    /// <param name="lengths">Elements of each buffer.</param>
    /// <param name="elementSize">Bytes of an element.</param>
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
