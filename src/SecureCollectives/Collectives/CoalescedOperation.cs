namespace SecureCollectives.Collectives;

/// <summary>An operation of a coalesced call.</summary>
/// <param name="buffers">What goes in it, in this order, without gaps.</param>
internal sealed class CoalescedOperation(IReadOnlyList<PackedBuffer> buffers)
{
    /// <summary>What goes in it.</summary>
    public IReadOnlyList<PackedBuffer> Buffers => buffers;

    /// <summary>The elements of all its buffers.</summary>
    public int Count { get; } = buffers.Sum(static buffer => buffer.Count);

    /// <summary>Whether its one buffer goes from where it is, without a copy.</summary>
    public bool IsInPlace => buffers.Count == 1;
}
