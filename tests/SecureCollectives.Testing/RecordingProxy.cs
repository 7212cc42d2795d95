using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing;

/// <summary>
/// An eavesdropper on the wire: accepts connections at another loopback address, forwards them to the same port of 127.0.0.1, and records
/// all bytes.
/// </summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    /// <summary>The address that workers must advertise for their peers to connect through the proxy.</summary>
    public const string Address = "127.0.0.2";

    private readonly Lock _gate = new();
    private readonly MemoryStream _recorded = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _running = [];

    /// <summary>The number of recorded bytes.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _recorded.Length;
            }
        }
    }

    public void Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Parse(Address), port);
        listener.Start();
        lock (_gate)
        {
            _listeners.Add(listener);
            _running.Add(AcceptAsync(listener, port));
        }
    }

    public bool Contains(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            return _recorded.GetBuffer().AsSpan(0, (int)_recorded.Length).IndexOf(bytes) >= 0;
        }
    }

    /// <summary>Ends all connections, which completes the recording.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            _listeners.ForEach(listener => listener.Dispose());
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, int port)
    {
        while (true)
        {
            var accepted = await listener.AcceptTcpClientAsync(_stop.Token);
            lock (_gate)
            {
                _running.Add(PassAsync(accepted, port));
            }
        }
    }

    private async Task PassAsync(TcpClient accepted, int port)
    {
        using var near = accepted;
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
        near.NoDelay = true;
        far.NoDelay = true;
        await Task.WhenAll(CopyAsync(near.Client, far.Client), CopyAsync(far.Client, near.Client));
    }

    /// <summary>
    /// Records each direction contiguously, so that the other direction's bytes never split a sequence that a test searches for.
    /// </summary>
    private async Task CopyAsync(Socket from, Socket to)
    {
        using var passed = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                passed.Write(buffer, 0, count);
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Forward a reset as an end of stream: only the bytes before it matter here.
            to.Close();
        }
        finally
        {
            lock (_gate)
            {
                passed.WriteTo(_recorded);
            }
        }
    }
}
