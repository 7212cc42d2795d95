using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// Links that have carried as many bytes as their keys should are replaced before the next operation on them begins. Both ends of a link have counted the same
/// bytes of the same finished operations, so that they decide alike without a word. The operation begins meanwhile on the other links; the replaced one joins
/// when it is there, in the operation's own time. Until then the old one is heard for one thing only: that the peer gave up.
/// </content>
internal sealed partial class Loop
{
    private readonly List<LinkReplacement> _replacements = [];

    /// <summary>Links that the operation at hand has replaced. When it is over their peers have replaced them too, and nobody needs their end any more.</summary>
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
            var worn = false;
            foreach (var port in _run.Active)
            {
                worn |= port.Peer == link.Peer && port.CarriedBytes >= _options.ReplaceLinksFrom;
            }

            if (worn)
            {
                _run.Suspend(link.Peer);
                _replacements.Add(new LinkReplacement(link.Peer, operation.Sequence, open, _signal.Raise));
            }
        }
    }

    private bool Advance(scoped in OperationBuffers buffers, bool listen)
    {
        FinishReplacements();
        var moved = _run.Advance(buffers, listen);
        PollTime?.EndPass(moved);
        return moved;
    }

    private void FinishReplacements()
    {
        for (var i = _replacements.Count - 1; i >= 0 && _run.Failure is null; i--)
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
                    _run.Fail(AbortReason.PeerLost, replacement.Peer, $"the link to rank {replacement.Peer} had to be replaced, and no new one could be opened: {exception.Message}");
                }
            }
        }
    }

    private void Replace(Link link)
    {
        var index = Array.FindIndex(_links, old => old.Peer == link.Peer);
        var old = _links[index];
        _links[index] = link;

        // An orderly end, and time to get through: a peer that still waits for its new link must not take it for a broken connection. The old keys go now, before
        // the new are used.
        foreach (var lane in old.Lanes)
        {
            lane.Lane.EndSending();
            lane.EraseKeys();
        }

        _retired.Add(old);
        foreach (var lane in link.Lanes)
        {
            lane.Lane.AttachSignal(_signal.Raise);
        }

        _run.Resume(link);
    }

    private void CloseRetired()
    {
        foreach (var link in _retired)
        {
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
