using Microsoft.Extensions.Logging;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Opening;

/// <summary>What a communicator is opened with: its options, read before the first wait.</summary>
/// <param name="Id">The communicator's id.</param>
/// <param name="Parameters">What all ranks agree on.</param>
/// <param name="Engines">What seals and opens here.</param>
/// <param name="OperationTimeout">Time limit of one collective.</param>
/// <param name="ReplaceLinksFrom">How many bytes a connection with TLS may have carried when an operation begins on it.</param>
/// <param name="LinkKeeping">How its links are replaced.</param>
/// <param name="Hooks">What measurements and tests change about the lanes.</param>
/// <param name="CongestionControl">As in the options.</param>
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
    /// The link as its loop gets it, when the communicator opens and when a link replaces another. Where that fails, the link is closed.
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
