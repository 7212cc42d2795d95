namespace SecureCollectives.Collectives;

/// <summary>
/// A rank's place among hosts with the same number of workers each. Ranks are numbered host by host: rank = host * workers per host + rank
/// within the host. Two rings pass through every rank: the local ring of its host, and the ring of the ranks with its local rank on all
/// hosts.
/// </summary>
internal readonly struct HierarchicalShape
{
    /// <param name="rank">The rank, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="localWorldSize">The number of ranks per host, for which <see cref="IsPossible"/> must be true.</param>
    public HierarchicalShape(int rank, int worldSize, int localWorldSize)
    {
        if (!IsPossible(worldSize, localWorldSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(localWorldSize), localWorldSize, $"It must be a divisor of {worldSize} other than 1 and {worldSize}.");
        }

        Rank = rank;
        LocalWorldSize = localWorldSize;
        Hosts = worldSize / localWorldSize;
        Host = rank / localWorldSize;
        LocalRank = rank % localWorldSize;
    }

    public int Rank { get; }

    /// <summary>Ranks per host, at least two.</summary>
    public int LocalWorldSize { get; }

    /// <summary>The number of hosts, at least two.</summary>
    public int Hosts { get; }

    /// <summary>This rank's host, from 0.</summary>
    public int Host { get; }

    /// <summary>This rank's rank within its host, from 0.</summary>
    public int LocalRank { get; }

    public int NextLocal => RankOf(Host, LocalRank + 1);

    public int PreviousLocal => RankOf(Host, LocalRank - 1);

    public int NextHost => RankOf(Host + 1, LocalRank);

    public int PreviousHost => RankOf(Host - 1, LocalRank);

    /// <summary>
    /// Returns whether the ranks form two rings with this many per host. With one rank per host, or all ranks on one host, there is a
    /// single ring.
    /// </summary>
    public static bool IsPossible(int worldSize, int localWorldSize) =>
        localWorldSize > 1 && localWorldSize < worldSize && worldSize % localWorldSize == 0;

    /// <summary>Returns the rank at a place; host and local rank wrap around their rings.</summary>
    public int RankOf(int host, int localRank) => (AroundHosts(host) * LocalWorldSize) + AroundLocal(localRank);

    /// <summary>Wraps a host number around the ring of hosts.</summary>
    public int AroundHosts(int number) => RingNumber.Around(number, Hosts);

    /// <summary>Wraps a local rank around the local ring.</summary>
    public int AroundLocal(int number) => RingNumber.Around(number, LocalWorldSize);

    /// <summary>
    /// Returns every rank that this one exchanges data with. No rank is a neighbour in both rings, but in a ring of two the next and the
    /// previous rank are the same.
    /// </summary>
    public IEnumerable<int> Peers() => new[] { NextLocal, PreviousLocal, NextHost, PreviousHost }.Distinct();
}
