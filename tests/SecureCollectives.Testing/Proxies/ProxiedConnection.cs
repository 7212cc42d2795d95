using System.Net.Sockets;

namespace SecureCollectives.Testing.Proxies;

/// <summary>A connection through a proxy.</summary>
internal sealed class ProxiedConnection : IDisposable
{
    private readonly Socket _near;
    private readonly Socket _far;

    /// <param name="near">The socket to the connecting side.</param>
    /// <param name="far">The socket to the accepting side.</param>
    public ProxiedConnection(Socket near, Socket far)
    {
        (_near, _far) = (near, far);
        near.NoDelay = true;
        far.NoDelay = true;
        Forward = new ProxiedDirection(near, far);
        Backward = new ProxiedDirection(far, near);
    }

    /// <summary>From the connecting side to the accepting side.</summary>
    public ProxiedDirection Forward { get; }

    public ProxiedDirection Backward { get; }

    public bool HasEnded { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Forward.RunAsync(Cut, cancellationToken), Backward.RunAsync(Cut, cancellationToken));
        Dispose();
    }

    /// <summary>Ends both directions immediately, with an end of stream or with a reset.</summary>
    public void Cut(WireFaultKind kind)
    {
        HasEnded = true;
        foreach (var end in (Socket[])[_near, _far])
        {
            try
            {
                if (kind == WireFaultKind.Reset)
                {
                    end.LingerState = new LingerOption(true, 0);
                }

                end.Close();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The connection has already ended.
            }
        }
    }

    public void Dispose()
    {
        HasEnded = true;
        _near.Dispose();
        _far.Dispose();
    }
}
