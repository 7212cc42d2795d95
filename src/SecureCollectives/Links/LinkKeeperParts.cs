using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>What the keepers of a communicator's links work with, one for each channel.</summary>
/// <param name="Control">Calls the peers.</param>
/// <param name="OpenLinks">Where the calls of peers find the links.</param>
/// <param name="Routes">The ways in which lanes are made.</param>
/// <param name="Fit">A link as its owner gets it.</param>
/// <param name="Options">How links are kept.</param>
/// <param name="Time">The time.</param>
/// <param name="Logger">Where it is logged.</param>
internal sealed record LinkKeeperParts(
    ControlPlane Control,
    OpenLinks OpenLinks,
    LaneRoutes Routes,
    Func<OpenedLink, Link> Fit,
    LinkKeeperOptions Options,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Counts what happens in all channels.</summary>
    public ReplacementCounters Counters { get; } = new();

    /// <summary>Whose turn it is to be replaced.</summary>
    public LinkTurns Turns { get; } = new();
}
