using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// The addresses from which members of the job have connected and authenticated. Listeners reserve places and processor time for these
/// addresses, so that no number of other connections can keep a running job from opening links. An address proves nothing: a connection
/// from a member address must authenticate like any other.
/// </summary>
/// <remarks>
/// Thread-safe. Only members add addresses. Beyond <paramref name="capacity"/> addresses, the least recently seen is forgotten.
/// </remarks>
/// <param name="capacity">The number of addresses to remember, several per member.</param>
internal sealed class MemberAddresses(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SourceAddress, LinkedListNode<SourceAddress>> _places = [];

    // The least recently seen address comes first.
    private readonly LinkedList<SourceAddress> _seen = new();

    /// <summary>Records that a connection from an address has authenticated as a member.</summary>
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
