using System.Numerics;

namespace SecureCollectives.Collectives;

/// <summary>
/// A binomial tree over all ranks. Places are counted from the root. The parent of a place is the place without its lowest set bit, so that
/// each subtree consists of consecutive places and the depth is at most log2 of the world size.
/// </summary>
internal readonly struct TreeShape
{
    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="root">The root's rank, 0 to <paramref name="worldSize"/> - 1.</param>
    public TreeShape(int rank, int worldSize, int root)
    {
        var place = RingNumber.Around(rank - root, worldSize);
        Parent = place == 0 ? null : RingNumber.Around(root + (place & (place - 1)), worldSize);
        var limit = place == 0 ? (int)BitOperations.RoundUpToPowerOf2((uint)worldSize) : place & -place;
        var children = new List<int>();
        for (var bit = 1; bit < limit && place + bit < worldSize; bit <<= 1)
        {
            children.Add(RingNumber.Around(root + place + bit, worldSize));
        }

        Children = children;
    }

    /// <summary>The parent's rank; null at the root.</summary>
    public int? Parent { get; }

    /// <summary>The children's ranks, with the smallest subtrees first.</summary>
    public IReadOnlyList<int> Children { get; }
}
