namespace SecureCollectives.Collectives;

/// <summary>The ranks with which a communicator has links from the start.</summary>
/// <remarks>
/// These are the ring's two neighbours (or the four of a hierarchical ring, and two more if there are two hosts) and the log2 N partners of
/// recursive doubling: a dozen for a thousand ranks. If they were opened on first use, that operation would wait for the handshakes and
/// fail if they failed.
/// </remarks>
internal static class Neighbours
{
    /// <summary>Returns the ranks with which a channel has links. Recursive doubling only uses channel 0.</summary>
    /// <param name="channel">The channel, from 0.</param>
    /// <param name="rank">The rank whose neighbours are returned.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="localWorldSize">The number of ranks per host of a hierarchical ring; 1 for a single ring.</param>
    public static int[] OfChannel(int channel, int rank, int worldSize, int localWorldSize = 1) =>
        channel == 0
            ? Of(rank, worldSize, localWorldSize) : [.. OnRings(rank, worldSize, localWorldSize).Distinct().Where(peer => peer != rank)];

    /// <summary>Returns the ranks with which a rank has links in any channel.</summary>
    /// <param name="rank">The rank whose neighbours are returned.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="localWorldSize">The number of ranks per host of a hierarchical ring; 1 for a single ring.</param>
    public static int[] Of(int rank, int worldSize, int localWorldSize = 1) =>
    [
        .. OnRings(rank, worldSize, localWorldSize)
            .Concat(new DoublingShape(rank, worldSize).Peers())
            .Distinct()
            .Where(peer => peer != rank),
    ];

    private static IEnumerable<int> OnRings(int rank, int worldSize, int localWorldSize)
    {
        if (!HierarchicalShape.IsPossible(worldSize, localWorldSize))
        {
            return [(rank + 1) % worldSize, (rank + worldSize - 1) % worldSize];
        }

        var shape = new HierarchicalShape(rank, worldSize, localWorldSize);
        return shape.Hosts == 2 ? shape.Peers().Concat(Listeners(shape)) : shape.Peers();
    }

    /// <summary>
    /// Returns two more neighbours for the case of two hosts. There, data that waits in a lane for its operand can hide that its sender
    /// has aborted or died, and the sender's host has no other path to this rank. These links carry no data, but over them the sender's
    /// neighbours, which know of the failure, can report it. With more hosts, the report comes around the ring of hosts.
    /// </summary>
    private static IEnumerable<int> Listeners(HierarchicalShape shape) =>
        [shape.RankOf(shape.Host + 1, shape.LocalRank + 1), shape.RankOf(shape.Host + 1, shape.LocalRank - 1)];
}
