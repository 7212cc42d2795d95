using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>The settings and services that the links of one channel share.</summary>
/// <param name="Owner">The owner of the links: the loop, or the streams to the peers.</param>
/// <param name="Options">When links are replaced, and how long attempts may take.</param>
/// <param name="Fit">Prepares a link for its owner. Closes the link if that fails.</param>
/// <param name="Certificates">
/// Watches certificates. Notified of each new link before the owner receives it, and of each closed link.
/// </param>
/// <param name="Counters">Counts the replacements of all channels.</param>
/// <param name="Turns">Serializes the channels' attempts to replace their links to one peer.</param>
/// <param name="Time">The clock for link ages, time limits and certificates.</param>
/// <param name="Logger">The logger for link events.</param>
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
    /// <summary>Logs that a link is about to be opened.</summary>
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

    /// <summary>Opens a link, in its own tracing activity if there is a listener.</summary>
    public static Task TraceAsync(LinkRequest link, LinkEnd why, Func<Task> open) => Tracing.InBackgroundAsync(
        why.Cause == LinkCauseCode.Demanded ? Tracing.OpenLink : Tracing.ReplaceLink,
        activity =>
        {
            link.Describe(activity);
            activity.SetTag(Attributes.Cause, why.Cause.ToString());
        },
        open);

    /// <summary>Counts a new link before its owner receives it.</summary>
    public void Count(LinkRequest link)
    {
        if (link.Cause != LinkCauseCode.Demanded)
        {
            Instruments.LinkReplaced(link.Cause.ToString());
            Counters.Count(new LinkEnd(link.Cause, string.Empty).IsBreakage);
        }
    }

    /// <summary>Logs that a new link is open.</summary>
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
