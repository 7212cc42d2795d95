namespace SecureCollectives.Collectives;

/// <summary>The ranks that a communicator has a link with.</summary>
/// <remarks>
/// The ring's two, or the four of a two-level ring, and the log2 N of recursive doubling, all opened with the communicator: a dozen for a thousand ranks. Opened when
/// first needed, they would make that operation wait for handshakes, and fail it where they fail.
/// </remarks>
internal static class Neighbours
{
    /// <param name="rank">Whose.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of each host, where the ring has two levels; 1 where it has one.</param>
    public static int[] Of(int rank, int worldSize, int localWorldSize = 1) =>
    [
        .. OnRings(rank, worldSize, localWorldSize)
            .Concat(new DoublingShape(rank, worldSize).Peers())
            .Distinct()
            .Where(peer => peer != rank),
    ];

    private static IEnumerable<int> OnRings(int rank, int worldSize, int localWorldSize) =>
        TwoLevelShape.IsPossible(worldSize, localWorldSize)
            ? new TwoLevelShape(rank, worldSize, localWorldSize).Peers()
            : [(rank + 1) % worldSize, (rank + worldSize - 1) % worldSize];
}
