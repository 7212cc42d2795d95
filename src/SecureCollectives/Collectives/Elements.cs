namespace SecureCollectives.Collectives;

/// <summary>The units that a schedule divides: a call's elements, or their bytes if the call does not compute with them.</summary>
/// <param name="Count">The number of units: of the whole buffer or of each rank's part, depending on the collective.</param>
/// <param name="Size">The size of a unit in bytes.</param>
internal readonly record struct Elements(long Count, int Size)
{
    /// <summary>The bytes of all units.</summary>
    public long Bytes => Count * Size;

    /// <summary>All units, as a range.</summary>
    public ElementRange Range => new(0, Count);
}
