namespace SecureCollectives.Collectives;

/// <summary>The ranks that a communicator has a link with.</summary>
/// <remarks>
/// The ring's two and the log2 N of recursive doubling, all opened with the communicator: a dozen for a thousand ranks. Opened when first needed, they
/// would make that operation wait for handshakes, and fail it where they fail.
/// </remarks>
internal static class Neighbours
{
    public static int[] Of(int rank, int worldSize) =>
    [
        .. new[] { (rank + 1) % worldSize, (rank + worldSize - 1) % worldSize }
            .Concat(new DoublingShape(rank, worldSize).Peers())
            .Distinct()
            .Where(peer => peer != rank),
    ];
}
