using System.Numerics;

namespace SecureCollectives.Collectives;

/// <summary>
/// A binomial tree over all ranks. Places are counted from the root; a place's parent is the place without its lowest bit, so that each
/// subtree is a row of places without gaps, and the deepest rank is log2 of the world away.
/// </summary>
internal readonly struct TreeShape
{
    /// <param name="rank">This rank.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="root">The root's rank.</param>
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

    /// <summary>Null at the root.</summary>
    public int? Parent { get; }

    /// <summary>Those with the smallest subtrees first.</summary>
    public IReadOnlyList<int> Children { get; }
}
