namespace SecureCollectives.Collectives;

/// <summary>The ranks that a communicator has a link with.</summary>
/// <remarks>
/// The ring's two, or the four of a hierarchical ring and two more between two hosts, and the log2 N of recursive doubling, all opened with
/// the communicator: a dozen for a thousand ranks. Opened when first needed, they would make that operation wait for handshakes, and fail
/// it where they fail.
/// </remarks>
internal static class Neighbours
{
    /// <summary>Those that a channel has a link with: recursive doubling takes channel 0 alone.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="rank">Whose.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of each host, where the ring is hierarchical; 1 where it has one.</param>
    public static int[] OfChannel(int channel, int rank, int worldSize, int localWorldSize = 1) =>
        channel == 0
            ? Of(rank, worldSize, localWorldSize) : [.. OnRings(rank, worldSize, localWorldSize).Distinct().Where(peer => peer != rank)];

    /// <param name="rank">Whose.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of each host, where the ring is hierarchical; 1 where it has one.</param>
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
    /// Between two hosts, data that waits in a lane for its operand can hide that its sender gave up or died, and that sender's host has no
    /// other way here. These links carry no data: by them the sender's neighbours, who know, can tell. With more hosts the news comes
    /// around the ring of hosts.
    /// </summary>
    private static IEnumerable<int> Listeners(HierarchicalShape shape) =>
        [shape.RankOf(shape.Host + 1, shape.LocalRank + 1), shape.RankOf(shape.Host + 1, shape.LocalRank - 1)];
}
