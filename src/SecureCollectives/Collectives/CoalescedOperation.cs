namespace SecureCollectives.Collectives;

/// <summary>One operation of a coalesced call.</summary>
/// <param name="buffers">The buffers that it carries, in this order and without gaps.</param>
internal sealed class CoalescedOperation(IReadOnlyList<PackedBuffer> buffers)
{
    /// <summary>The buffers that it carries.</summary>
    public IReadOnlyList<PackedBuffer> Buffers => buffers;

    /// <summary>The number of elements in all its buffers.</summary>
    public int Count { get; } = buffers.Sum(static buffer => buffer.Count);

    /// <summary>Whether it has a single buffer, which it uses in place.</summary>
    public bool IsInPlace => buffers.Count == 1;
}
