using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Tests.Links;

/// <summary>A TCP proxy that forwards connections until it cuts them.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Socket> _ends = [];
    private readonly Task _running;
    private bool _disposed;

    public CuttingProxy()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Gets or sets the port on loopback that new connections are forwarded to.</summary>
    public int Target { get; set; }

    /// <summary>Gets the number of connections accepted so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts all current connections; later ones are forwarded.</summary>
    public void Cut()
    {
        while (_ends.TryTake(out var end))
        {
            end.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cut();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_stop.Token);
            Connections++;
            var far = new TcpClient();
            _ends.Add(near.Client);
            _ends.Add(far.Client);
            _ = PassAsync(near, far);
        }
    }

    private async Task PassAsync(TcpClient near, TcpClient far)
    {
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, Target, _stop.Token);
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _stop.Token), far.GetStream().CopyToAsync(near.GetStream(), _stop.Token));
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException
                or InvalidOperationException)
        {
            // Cut.
        }

        near.Dispose();
        far.Dispose();
    }
}
