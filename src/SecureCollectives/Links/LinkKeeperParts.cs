using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>The parts shared by the keepers of a communicator's links. There is one keeper per channel.</summary>
/// <param name="Control">The control plane, over which the peers are called.</param>
/// <param name="OpenLinks">The registry in which the peers' calls find the links.</param>
/// <param name="Routes">The routes over which lanes are connected.</param>
/// <param name="Fit">Prepares a link for its owner. Closes the link if that fails.</param>
/// <param name="Options">When links are replaced, and how long attempts may take.</param>
/// <param name="Time">The clock for link ages, time limits and certificates.</param>
/// <param name="Logger">The logger for link events.</param>
internal sealed record LinkKeeperParts(
    ControlPlane Control,
    OpenLinks OpenLinks,
    LaneRoutes Routes,
    Func<OpenedLink, Link> Fit,
    LinkKeeperOptions Options,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Counts the replacements of all channels.</summary>
    public ReplacementCounters Counters { get; } = new();

    /// <summary>Serializes the channels' attempts to replace their links to one peer.</summary>
    public LinkTurns Turns { get; } = new();
}
