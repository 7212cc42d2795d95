using Grpc.Core;

namespace SecureCollectives.Membership;

/// <summary>The links of open communicators, looked up by peers' calls to replace them. Thread-safe.</summary>
internal sealed class OpenLinks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LinkKey, IReplaceableLink> _replaceable = [];
    private readonly Dictionary<LinkKey, IRequestableLink> _requestable = [];
    private readonly Dictionary<string, int> _opening = [];

    /// <summary>Lets the link's initiator replace it.</summary>
    public void Add(LinkKey key, IReplaceableLink link)
    {
        lock (_gate)
        {
            _replaceable.Add(key, link);
        }
    }

    /// <summary>Lets the link's responder request its replacement.</summary>
    public void Add(LinkKey key, IRequestableLink link)
    {
        lock (_gate)
        {
            _requestable.Add(key, link);
        }
    }

    /// <summary>Removes the link of a communicator that has closed.</summary>
    public void Remove(LinkKey key)
    {
        lock (_gate)
        {
            _replaceable.Remove(key);
            _requestable.Remove(key);
        }
    }

    /// <summary>
    /// Registers a communicator that is being opened, so that a peer that has already opened it is asked to retry its calls.
    /// </summary>
    public void BeginOpening(string communicator)
    {
        lock (_gate)
        {
            _opening[communicator] = _opening.GetValueOrDefault(communicator) + 1;
        }
    }

    /// <summary>Ends <see cref="BeginOpening"/>.</summary>
    public void EndOpening(string communicator)
    {
        lock (_gate)
        {
            if (--_opening[communicator] == 0)
            {
                _opening.Remove(communicator);
            }
        }
    }

    /// <exception cref="RpcException">The link is unknown or not open yet.</exception>
    public IReplaceableLink FindReplaceable(LinkKey key, ReadOnlySpan<byte> firstLink)
    {
        lock (_gate)
        {
            return _replaceable.TryGetValue(key, out var link) && link.FirstLink.Span.SequenceEqual(firstLink)
                ? link
                : throw Missing(key.Communicator);
        }
    }

    /// <exception cref="RpcException">The link is unknown or not open yet.</exception>
    public IRequestableLink FindRequestable(LinkKey key, ReadOnlySpan<byte> firstLink)
    {
        lock (_gate)
        {
            return _requestable.TryGetValue(key, out var link) && link.FirstLink.Span.SequenceEqual(firstLink)
                ? link
                : throw Missing(key.Communicator);
        }
    }

    private RpcException Missing(string communicator) => _opening.ContainsKey(communicator)
        ? ControlPlane.Refusal(StatusCode.Unavailable, "This worker is still opening the communicator; try again.")
        : ControlPlane.Refusal(StatusCode.NotFound, "This worker has no such link: it has closed the communicator, or not opened it.");
}
