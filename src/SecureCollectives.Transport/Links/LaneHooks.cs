using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// Changes that benchmarks and tests make to the lanes of a communicator before its loop gets them. No public option exposes them.
/// </summary>
internal sealed class LaneHooks
{
    /// <summary>
    /// The rate at which this worker may send to one peer, in bytes per second, divided among the lanes of all links to it; null for no
    /// limit.
    /// </summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Wraps the sealer of each lane and owns what it wraps; null leaves the sealer as it is.</summary>
    public Func<FrameSealer, FrameSealer>? Sealer { get; init; }

    /// <summary>Receives each link before anything else is changed.</summary>
    public Action<Link>? Opened { get; init; }

    /// <summary>Returns the link with its lanes changed; it takes the place of <paramref name="link"/>.</summary>
    /// <param name="link">The link to change; owned by the returned link.</param>
    /// <param name="channels">The number of links to the same peer, one per channel.</param>
    /// <exception cref="NotSupportedException">The lanes do not support the requested rate limit.</exception>
    public Link Apply(Link link, int channels = 1)
    {
        Opened?.Invoke(link);
        if (BytesPerSecond is { } rate
            && !link.Lanes.All(lane => lane.Lane.TryLimitRate(Math.Max(1, rate / (link.Lanes.Count * channels)))))
        {
            throw new NotSupportedException("Lanes of this transport cannot limit their sending rate.");
        }

        return Sealer is null
            ? link : new Link(link.Peer,
                [.. link.Lanes.Select(lane => new LinkLane(lane.Lane, Sealer(lane.Sealer), lane.Opener))])
            { Medium = link.Medium };
    }
}
