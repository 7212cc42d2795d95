using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// Where members of the job have connected from and proved who they are. Places and processor time at the listeners are reserved for these
/// addresses, so that no number of others keeps a running job from opening links. An address is no proof: whoever connects from one proves
/// himself like all others.
/// </summary>
/// <remarks>
/// Thread-safe. Only members add to it; of more than <paramref name="capacity"/> addresses the one that was longest unseen is forgotten.
/// </remarks>
/// <param name="capacity">Addresses to remember: some for each member.</param>
internal sealed class MemberAddresses(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SourceAddress, LinkedListNode<SourceAddress>> _places = [];

    // The longest unseen first.
    private readonly LinkedList<SourceAddress> _seen = new();

    /// <summary>A connection from this address was authenticated as a member's.</summary>
    public void Add(IPAddress address)
    {
        var source = SourceAddress.Of(address);
        lock (_gate)
        {
            if (_places.TryGetValue(source, out var place))
            {
                _seen.Remove(place);
                _seen.AddLast(place);
                return;
            }

            if (_places.Count >= capacity && _seen.First is { } oldest)
            {
                _seen.RemoveFirst();
                _places.Remove(oldest.Value);
            }

            _places.Add(source, _seen.AddLast(source));
        }
    }

    public bool Contains(SourceAddress source)
    {
        lock (_gate)
        {
            return _places.ContainsKey(source);
        }
    }
}
