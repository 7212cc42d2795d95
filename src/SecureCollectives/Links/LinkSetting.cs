using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>What the links of one channel are kept with.</summary>
/// <param name="Owner">Owns the links.</param>
/// <param name="Options">How they are kept.</param>
/// <param name="Fit">A link as its owner gets it. Where that fails, the link is closed.</param>
/// <param name="Replaced">Told of a link that has taken another's place, before its owner gets it.</param>
/// <param name="Counters">Counts what happens.</param>
/// <param name="Turns">Whose turn it is to be replaced.</param>
/// <param name="Time">The time.</param>
/// <param name="Logger">Where it is logged.</param>
internal sealed record LinkSetting(
    ILinkOwner Owner,
    LinkKeeperOptions Options,
    Func<OpenedLink, Link> Fit,
    Action<OpenedLink> Replaced,
    ReplacementCounters Counters,
    LinkTurns Turns,
    TimeProvider Time,
    ILogger Logger);
