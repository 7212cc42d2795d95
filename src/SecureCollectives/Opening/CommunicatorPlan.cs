using Microsoft.Extensions.Logging;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Opening;

/// <summary>The options with which a communicator is opened, read before the first await.</summary>
/// <param name="Id">The communicator's id, the same on all ranks.</param>
/// <param name="Parameters">The parameters that all ranks agree on.</param>
/// <param name="Engines">The engines that seal and open on this worker.</param>
/// <param name="OperationTimeout">The time limit for one operation, from its turn in the queue.</param>
/// <param name="ReplaceLinksFrom">
/// The number of bytes carried after which a TLS connection is replaced when an operation starts.
/// </param>
/// <param name="LinkKeeping">When links are replaced, and how long attempts may take.</param>
/// <param name="Hooks">Hooks into the lanes, for measurements and tests.</param>
/// <param name="CongestionControl">The congestion control of the lanes, as in <see cref="CommunicatorOptions.CongestionControl"/>.</param>
internal sealed record CommunicatorPlan(
    string Id,
    GroupParameters Parameters,
    AeadEngines Engines,
    TimeSpan OperationTimeout,
    long ReplaceLinksFrom,
    LinkKeeperOptions LinkKeeping,
    LaneHooks? Hooks,
    string? CongestionControl)
{
    /// <summary>
    /// Prepares a link for its loop, when the communicator opens and when a link replaces another. Closes the link if that fails.
    /// </summary>
    public Link Fit(OpenedLink opened, ILogger logger)
    {
        try
        {
            LaneTuning.Apply(opened.Link, Id, CongestionControl, logger);
            return Hooks?.Apply(opened.Link, Parameters.Channels) ?? opened.Link;
        }
        catch
        {
            opened.Link.Dispose();
            throw;
        }
    }
}
