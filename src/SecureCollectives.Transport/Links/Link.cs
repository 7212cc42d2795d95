using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport.Links;

/// <summary>All lanes between this rank and one peer of a communicator.</summary>
/// <param name="peer">The peer's rank in the job.</param>
/// <param name="lanes">The lanes, ordered by number; owned by the link.</param>
internal sealed class Link(int peer, IReadOnlyList<LinkLane> lanes) : IDisposable
{
    public int Peer { get; } = peer;

    public IReadOnlyList<LinkLane> Lanes { get; } = lanes;

    /// <summary>The medium that carries the lanes.</summary>
    public MediumCode Medium { get; init; } = MediumCode.Network;

    /// <summary>The medium's name in metrics.</summary>
    public string MediumName => Medium == MediumCode.Memory ? "memory" : "network";

    public void Dispose()
    {
        foreach (var lane in Lanes)
        {
            lane.Dispose();
        }
    }
}
