using System.Net;

namespace SecureCollectives.Testing.Proxies;

/// <summary>
/// An attacker on all wires between the workers of a job. Each worker listens at one address and advertises another, at which the proxy
/// accepts connections and forwards them to the same port of the worker. The proxy attacks lanes, and attacks control connections only if a
/// test requests it.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(int Rank, bool IsForLanes, ProxiedListener Listener)> _listeners = [];
    private TaskCompletionSource<ProxiedConnection> _nextLane = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All open connections of lanes.</summary>
    public ProxiedConnection[] Lanes => [.. Listeners(_ => true, isForLanes: true).SelectMany(listener => listener.Connections)];

    /// <summary>Completes with the next lane connection that is opened.</summary>
    public Task<ProxiedConnection> NextLane
    {
        get
        {
            lock (_gate)
            {
                return _nextLane.Task;
            }
        }
    }

    /// <summary>Returns the address that a worker binds.</summary>
    public static IPAddress BindAddress(int rank) => new([127, 0, 1, (byte)(rank + 1)]);

    /// <summary>Returns the address that a worker advertises.</summary>
    public static IPAddress AdvertisedAddress(int rank) => new([127, 0, 2, (byte)(rank + 1)]);

    /// <summary>Starts to accept connections for a worker's control port.</summary>
    public void ListenForControl(int rank, int port) => Add(rank, isForLanes: false, port);

    /// <summary>Starts to accept connections for a worker's lane port.</summary>
    public void ListenForLanes(int rank, int port) => Add(rank, isForLanes: true, port);

    public ProxiedListener Control(int rank) => Listeners(to => to == rank, isForLanes: false).Single();

    /// <summary>Returns the lane connections that others have made to a worker.</summary>
    public ProxiedConnection[] LanesTo(int rank) =>
        [.. Listeners(to => to == rank, isForLanes: true).SelectMany(listener => listener.Connections)];

    /// <summary>Holds new lane connections to a worker.</summary>
    public HeldConnections HoldLanesTo(int rank) => Listeners(to => to == rank, isForLanes: true).Single().Hold();

    /// <summary>Refuses connections to a worker from now on, as if its process had died.</summary>
    public void Refuse(int rank)
    {
        foreach (var listener in (
            ProxiedListener[])[.. Listeners(to => to == rank, isForLanes: false), .. Listeners(to => to == rank, isForLanes: true)])
        {
            listener.Refuse();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in (ProxiedListener[])[.. Listeners(_ => true, isForLanes: false), .. Listeners(_ => true, isForLanes: true)])
        {
            await listener.DisposeAsync();
        }
    }

    private ProxiedListener[] Listeners(Predicate<int> rank, bool isForLanes)
    {
        lock (_gate)
        {
            return [.. _listeners.Where(entry => rank(entry.Rank) && entry.IsForLanes == isForLanes).Select(entry => entry.Listener)];
        }
    }

    private void Add(int rank, bool isForLanes, int port)
    {
        var listener = new ProxiedListener(
            new IPEndPoint(AdvertisedAddress(rank), port), new IPEndPoint(BindAddress(rank), port), isForLanes ? Opened : null);
        lock (_gate)
        {
            _listeners.Add((rank, isForLanes, listener));
        }
    }

    private void Opened(ProxiedConnection connection)
    {
        TaskCompletionSource<ProxiedConnection> next;
        lock (_gate)
        {
            next = _nextLane;
            _nextLane = new TaskCompletionSource<ProxiedConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        next.TrySetResult(connection);
    }
}
