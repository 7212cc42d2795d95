using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// Links that have carried as many bytes as their keys should are replaced before the next operation on them begins. Both ends of a link have counted the same
/// bytes of the same finished operations, so that they decide alike without a word. The operation begins meanwhile on the other links; the replaced one joins
/// when it is there, in the operation's own time. Until then the old one is heard for one thing only: that the peer gave up, or has its new link.
/// </content>
internal sealed partial class Loop
{
    private readonly List<LinkReplacement> _replacements = [];

    /// <summary>Links that the operation at hand has replaced. When it is over their peers have ended them too, and nobody needs them any more.</summary>
    private readonly List<Link> _retired = [];

    private void Begin(Operation operation, scoped in OperationBuffers buffers)
    {
        CloseRetired();
        _run.Begin(operation, buffers);
        if (_options.OpenLinkAgain is not { } open)
        {
            return;
        }

        foreach (var link in _links)
        {
            if (IsUsed(link) && IsWorn(link))
            {
                _run.Suspend(link.Peer);
                _replacements.Add(new LinkReplacement(link.Peer, operation.Sequence, open, _signal.Raise));
            }
        }
    }

    private bool IsUsed(Link link)
    {
        var used = false;
        foreach (var port in _run.Active)
        {
            used |= port.Peer == link.Peer;
        }

        return used;
    }

    /// <summary>By all its lanes, whichever the operation uses: ranks that made different calls must decide alike too, or they could not tell each other.</summary>
    private bool IsWorn(Link link)
    {
        var worn = false;
        foreach (var port in _run.Ports)
        {
            worn |= port.Peer == link.Peer && port.CarriedBytes >= _options.ReplaceLinksFrom;
        }

        return worn;
    }

    private bool Advance(scoped in OperationBuffers buffers, bool listen)
    {
        var failed = FinishReplacements(out var why);
        var moved = _run.Advance(buffers, listen || failed is not null);
        PollTime?.EndPass(moved);
        if (failed is { } peer)
        {
            // Only now: a peer that gave up opens no link any more, and has said so on the old one.
            _run.Fail(AbortReason.PeerLost, peer, $"the link to rank {peer} had to be replaced, and no new one could be opened: {why}");
        }

        return moved;
    }

    /// <returns>The peer whose link could not be opened; null where none failed.</returns>
    private int? FinishReplacements(out string? why)
    {
        why = null;
        for (var i = _replacements.Count - 1; i >= 0; i--)
        {
            var replacement = _replacements[i];
            if (!replacement.IsCompleted)
            {
                continue;
            }

            _replacements.RemoveAt(i);
            using (replacement)
            {
                try
                {
                    Replace(replacement.Take());
                }
                catch (LinkOpenException exception)
                {
                    why = exception.Message;
                    return replacement.Peer;
                }
            }
        }

        return null;
    }

    private void Replace(Link link)
    {
        var index = Array.FindIndex(_links, old => old.Peer == link.Peer);
        _retired.Add(_links[index]);
        _links[index] = link;
        foreach (var lane in link.Lanes)
        {
            lane.Lane.AttachSignal(_signal.Raise);
        }

        _run.Succeed(link);
    }

    private void CloseRetired()
    {
        foreach (var link in _retired)
        {
            _run.TakeOver(link.Peer);
            link.Dispose();
        }

        _retired.Clear();
    }

    private void GiveUpReplacements()
    {
        CloseRetired();
        foreach (var replacement in _replacements)
        {
            replacement.Dispose();
        }

        _replacements.Clear();
    }
}
