namespace SecureCollectives.Collectives;

/// <summary>
/// Where a rank stands in a world of hosts with equally many workers each: ranks are counted host by host, so that rank = host * workers of
/// a host + rank within the host. Two rings pass through every rank: the local one of its host, and the one of the ranks with its place on
/// all hosts.
/// </summary>
internal readonly struct HierarchicalShape
{
    /// <param name="rank">The rank.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of each host; one that <see cref="IsPossible"/>.</param>
    public HierarchicalShape(int rank, int worldSize, int localWorldSize)
    {
        if (!IsPossible(worldSize, localWorldSize))
        {
            throw new ArgumentOutOfRangeException(nameof(localWorldSize), localWorldSize, $"{worldSize} ranks do not make two levels so.");
        }

        Rank = rank;
        LocalWorldSize = localWorldSize;
        Hosts = worldSize / localWorldSize;
        Host = rank / localWorldSize;
        LocalRank = rank % localWorldSize;
    }

    public int Rank { get; }

    /// <summary>Ranks of each host: at least two.</summary>
    public int LocalWorldSize { get; }

    /// <summary>Hosts: at least two.</summary>
    public int Hosts { get; }

    /// <summary>This rank's host, from 0.</summary>
    public int Host { get; }

    /// <summary>This rank's place on its host, from 0.</summary>
    public int LocalRank { get; }

    public int NextLocal => RankOf(Host, LocalRank + 1);

    public int PreviousLocal => RankOf(Host, LocalRank - 1);

    public int NextHost => RankOf(Host + 1, LocalRank);

    public int PreviousHost => RankOf(Host - 1, LocalRank);

    /// <summary>
    /// Whether a world has two levels with so many ranks on each host: with one rank, or all, on one host it is a single ring.
    /// </summary>
    public static bool IsPossible(int worldSize, int localWorldSize) =>
        localWorldSize > 1 && localWorldSize < worldSize && worldSize % localWorldSize == 0;

    /// <summary>The rank at a place, host and place each counted around their ring.</summary>
    public int RankOf(int host, int localRank) => (AroundHosts(host) * LocalWorldSize) + AroundLocal(localRank);

    /// <summary>A host's number, counted around the ring of hosts.</summary>
    public int AroundHosts(int number) => RingNumber.Around(number, Hosts);

    /// <summary>A local rank's number, counted around the local ring.</summary>
    public int AroundLocal(int number) => RingNumber.Around(number, LocalWorldSize);

    /// <summary>
    /// Every rank that this one exchanges data with; two places of the two rings never fall on the same rank, but next and previous do in a
    /// ring of two.
    /// </summary>
    public IEnumerable<int> Peers() => new[] { NextLocal, PreviousLocal, NextHost, PreviousHost }.Distinct();
}
