using System.Numerics;

namespace SecureCollectives.Collectives;

/// <summary>
/// Who speaks with whom in recursive doubling. The core is the largest power of two ranks; in its round k, core ranks whose numbers differ
/// in bit k exchange messages, so that after log2 of its size everybody has met everybody's contribution. A world beyond a power of two is
/// folded: of its first ranks the even ones hand their part to their odd neighbours before and take the result after.
/// </summary>
/// <remarks>After Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in MPICH" (2005).</remarks>
internal readonly struct DoublingShape
{
    public DoublingShape(int rank, int worldSize)
    {
        Rank = rank;
        Rounds = BitOperations.Log2((uint)worldSize);
        Folded = worldSize - (1 << Rounds);
        IsInPair = rank < 2 * Folded;
        IsInCore = !IsInPair || rank % 2 == 1;
        CoreRank = IsInPair ? rank / 2 : rank - Folded;
    }

    public int Rank { get; }

    /// <summary>Rounds of the core.</summary>
    public int Rounds { get; }

    /// <summary>Ranks beyond the core: as many pairs are folded.</summary>
    public int Folded { get; }

    /// <summary>Whether this rank is one of a folded pair.</summary>
    public bool IsInPair { get; }

    /// <summary>Whether this rank takes part in the core's rounds.</summary>
    public bool IsInCore { get; }

    /// <summary>The number in the core of this rank, or of the one that stands in for it.</summary>
    public int CoreRank { get; }

    /// <summary>The other rank of the pair.</summary>
    public int Pair => Rank ^ 1;

    /// <summary>Every rank that this one exchanges messages with.</summary>
    public IEnumerable<int> Peers()
    {
        var shape = this;
        var pair = IsInPair ? [Pair] : Array.Empty<int>();
        return IsInCore ? pair.Concat(Enumerable.Range(0, Rounds).Select(round => shape.PartnerIn(round))) : pair;
    }

    /// <summary>The partner in a round of the core.</summary>
    public int PartnerIn(int round)
    {
        var partner = CoreRank ^ (1 << round);
        return partner < Folded ? (2 * partner) + 1 : partner + Folded;
    }

    /// <summary>
    /// The ranks whose parts a core rank holds before a round: a row without gaps, since the core keeps the order of the ranks.
    /// </summary>
    public (int First, int Count) HeldBefore(int round, int coreRank)
    {
        var first = coreRank >> round << round;
        return (FirstOf(first), FirstOf(first + (1 << round)) - FirstOf(first));
    }

    /// <summary>The first rank that a core rank stands for.</summary>
    private int FirstOf(int coreRank) => coreRank < Folded ? 2 * coreRank : coreRank + Folded;
}
