namespace SecureCollectives.Collectives;

/// <summary>What a schedule cuts up: a call's elements, or the bytes of elements that nobody computes with.</summary>
/// <param name="Count">How many: of the whole buffer, or of each rank's part, as the collective says.</param>
/// <param name="Size">Bytes of one.</param>
internal readonly record struct Elements(long Count, int Size)
{
    /// <summary>Bytes of all.</summary>
    public long Bytes => Count * Size;

    /// <summary>All of them as a range.</summary>
    public ElementRange Range => new(0, Count);
}
