using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing.Proxies;

/// <summary>Accepts connections at one address and forwards them to the same port of another.</summary>
internal sealed class ProxiedListener : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<ProxiedConnection> _connections = [];
    private readonly HashSet<Task> _running = [];
    private readonly Action<ProxiedConnection>? _opened;
    private readonly Task _accepting;
    private HeldConnections? _held;

    /// <param name="at">The address to which peers connect.</param>
    /// <param name="target">The address on which the worker listens.</param>
    /// <param name="opened">Called for each connection that is forwarded.</param>
    public ProxiedListener(IPEndPoint at, IPEndPoint target, Action<ProxiedConnection>? opened = null)
    {
        (At, Target, _opened) = (at, target, opened);
        _socket.Bind(at);
        _socket.Listen();
        _accepting = AcceptAsync();
    }

    public IPEndPoint At { get; }

    public IPEndPoint Target { get; }

    /// <summary>The open connections.</summary>
    public ProxiedConnection[] Connections
    {
        get
        {
            lock (_gate)
            {
                return [.. _connections.Where(connection => !connection.HasEnded)];
            }
        }
    }

    /// <summary>Holds all connections that arrive from now on.</summary>
    public HeldConnections Hold()
    {
        lock (_gate)
        {
            return _held = new HeldConnections();
        }
    }

    /// <summary>Refuses connections from now on, as the kernel does after a process has died. Open connections continue.</summary>
    public void Refuse() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _socket.AcceptAsync(_stop.Token);
            var passing = PassAsync(near);
            lock (_gate)
            {
                _running.RemoveWhere(task => task.IsCompleted);
                _running.Add(passing);
            }
        }
    }

    private async Task PassAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var connection = new ProxiedConnection(near, far);
        try
        {
            HeldConnections? held;
            lock (_gate)
            {
                held = _held;
            }

            await (held?.HoldAsync(_stop.Token) ?? Task.CompletedTask);
            await far.ConnectAsync(Target, _stop.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Cut(WireFaultKind.Reset);
            return;
        }

        lock (_gate)
        {
            _connections.Add(connection);
        }

        _opened?.Invoke(connection);
        try
        {
            await connection.RunAsync(_stop.Token);
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }
}
