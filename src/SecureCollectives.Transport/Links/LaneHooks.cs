using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// What measurements and tests change about the lanes of a communicator before its loop gets them. No public option leads here.
/// </summary>
internal sealed class LaneHooks
{
    /// <summary>How fast this worker may send to one peer, divided among the lanes of all links to it. Null for no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Wraps the sealer of each lane; null leaves it as it is. The wrapper owns what it wraps.</summary>
    public Func<FrameSealer, FrameSealer>? Sealer { get; init; }

    /// <summary>Has each link as it is before anything else is changed.</summary>
    public Action<Link>? Opened { get; init; }

    /// <summary>The link with its lanes so changed; takes the link's place.</summary>
    /// <param name="link">The link.</param>
    /// <param name="channels">As many links lead to that peer.</param>
    /// <exception cref="NotSupportedException">A rate is asked for that these lanes cannot keep.</exception>
    public Link Apply(Link link, int channels = 1)
    {
        Opened?.Invoke(link);
        if (BytesPerSecond is { } rate
            && !link.Lanes.All(lane => lane.Lane.TryLimitRate(Math.Max(1, rate / (link.Lanes.Count * channels)))))
        {
            throw new NotSupportedException("Lanes of this transport cannot keep a line rate.");
        }

        return Sealer is null
            ? link : new Link(link.Peer,
                [.. link.Lanes.Select(lane => new LinkLane(lane.Lane, Sealer(lane.Sealer), lane.Opener))])
            { Medium = link.Medium };
    }
}
