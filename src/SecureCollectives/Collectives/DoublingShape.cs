using System.Numerics;

namespace SecureCollectives.Collectives;

/// <summary>
/// The communication pattern of recursive doubling. The core is the largest power of two ranks; in its round k, core ranks whose numbers
/// differ in bit k exchange messages, so that every core rank has every contribution after as many rounds as log2 of the core's size. If
/// the world size is not a power of two, its first ranks are folded into pairs: the even rank of each pair passes its contribution to its
/// odd neighbour before the rounds and receives the result after them.
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

    /// <summary>The number of rounds in the core.</summary>
    public int Rounds { get; }

    /// <summary>The number of ranks beyond the core, which is the number of folded pairs.</summary>
    public int Folded { get; }

    /// <summary>Whether this rank belongs to a folded pair.</summary>
    public bool IsInPair { get; }

    /// <summary>Whether this rank takes part in the core's rounds.</summary>
    public bool IsInCore { get; }

    /// <summary>The core number of this rank, or of the rank that stands in for it.</summary>
    public int CoreRank { get; }

    /// <summary>The other rank of the folded pair.</summary>
    public int Pair => Rank ^ 1;

    /// <summary>Returns every rank that this one exchanges messages with.</summary>
    public IEnumerable<int> Peers()
    {
        var shape = this;
        var pair = IsInPair ? [Pair] : Array.Empty<int>();
        return IsInCore ? pair.Concat(Enumerable.Range(0, Rounds).Select(round => shape.PartnerIn(round))) : pair;
    }

    /// <summary>Returns the partner in a round of the core.</summary>
    public int PartnerIn(int round)
    {
        var partner = CoreRank ^ (1 << round);
        return partner < Folded ? (2 * partner) + 1 : partner + Folded;
    }

    /// <summary>
    /// Returns the ranks whose contributions a core rank holds before a round: consecutive ranks, since the core keeps the order of the
    /// ranks.
    /// </summary>
    public (int First, int Count) HeldBefore(int round, int coreRank)
    {
        var first = coreRank >> round << round;
        return (FirstOf(first), FirstOf(first + (1 << round)) - FirstOf(first));
    }

    /// <summary>Returns the first rank that a core rank stands for.</summary>
    private int FirstOf(int coreRank) => coreRank < Folded ? 2 * coreRank : coreRank + Folded;
}
