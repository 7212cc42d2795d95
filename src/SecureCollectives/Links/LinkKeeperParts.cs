using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>The parts that the keepers of a communicator's links share. There is one keeper per channel.</summary>
/// <param name="Control">Calls the peers.</param>
/// <param name="OpenLinks">The registry in which the peers' calls find the links.</param>
/// <param name="Routes">The routes over which lanes are connected.</param>
/// <param name="Fit">Prepares a link for its owner.</param>
/// <param name="Options">How links are kept.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The logger.</param>
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

    /// <summary>The turns in which the channels replace their links.</summary>
    public LinkTurns Turns { get; } = new();
}
