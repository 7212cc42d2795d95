using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>What the links of one channel are kept with.</summary>
/// <param name="Owner">Owns the links.</param>
/// <param name="Options">How they are kept.</param>
/// <param name="Fit">A link as its owner gets it. Where that fails, the link is closed.</param>
/// <param name="Certificates">Told of a link that has taken another's place, before its owner gets it, and of one that was closed.</param>
/// <param name="Counters">Counts what happens.</param>
/// <param name="Turns">Whose turn it is to be replaced.</param>
/// <param name="Time">The time.</param>
/// <param name="Logger">Where it is logged.</param>
internal sealed record LinkSetting(
    ILinkOwner Owner,
    LinkKeeperOptions Options,
    Func<OpenedLink, Link> Fit,
    LinkExpiry Certificates,
    ReplacementCounters Counters,
    LinkTurns Turns,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>A link is about to be opened.</summary>
    public void TellBegun(LinkRequest link, LinkEnd why)
    {
        if (why.Cause == LinkCauseCode.Demanded)
        {
            Log.LinkIsOpened(Logger, link.Name, link.Peer);
        }
        else
        {
            Log.LinkIsReplaced(Logger, link.Name, link.Peer, why.Words);
        }
    }

    /// <summary>Opens a link, in an activity of its own for whoever listens.</summary>
    public static Task TraceAsync(LinkRequest link, LinkEnd why, Func<Task> open) => Tracing.InBackgroundAsync(
        why.Cause == LinkCauseCode.Demanded ? Tracing.OpenLink : Tracing.ReplaceLink,
        activity =>
        {
            link.Describe(activity);
            activity.SetTag(Attributes.Cause, why.Cause.ToString());
        },
        open);

    /// <summary>Counts a link that is there, before its owner gets it.</summary>
    public void Count(LinkRequest link)
    {
        if (link.Cause != LinkCauseCode.Demanded)
        {
            Instruments.LinkReplaced(link.Cause.ToString());
            Counters.Count(new LinkEnd(link.Cause, string.Empty).IsBreakage);
        }
    }

    /// <summary>A link is there.</summary>
    public void TellOpened(LinkRequest link)
    {
        if (link.Cause == LinkCauseCode.Demanded)
        {
            Log.LinkWasOpened(Logger, link.Name, link.Peer, link.Operation);
        }
        else
        {
            Log.LinkTookAnothersPlace(Logger, link.Name, link.Peer, link.Operation, link.Cause, link.Replaces!.Number);
        }
    }
}
