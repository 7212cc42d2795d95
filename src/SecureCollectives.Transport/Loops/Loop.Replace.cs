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

    private void Begin(Operation operation, scoped in OperationBuffers buffers)
    {
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
        return _run.Advance(buffers, listen);
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

        // An orderly end: a peer that still waits for its new link must not take it for a broken connection. Then the old keys go, before the new are used.
        foreach (var lane in old.Lanes)
        {
            lane.Lane.EndSending();
        }

        old.Dispose();
        foreach (var lane in link.Lanes)
        {
            lane.Lane.AttachSignal(_signal.Raise);
        }

        _run.Resume(link);
    }

    private void GiveUpReplacements()
    {
        foreach (var replacement in _replacements)
        {
            replacement.Dispose();
        }

        _replacements.Clear();
    }
}
