using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SecureCollectives.Testing.Attacks;

/// <summary>
/// Opens connections endlessly. Each presents a forged chain in its handshake or, if there is no chain, is only opened and reset.
/// </summary>
internal sealed class ChainFlood(
    int port, SslStreamCertificateContext? chain, SslApplicationProtocol protocol, IReadOnlyList<IPAddress> sources)
{
    private static readonly TimeSpan PerConnection = TimeSpan.FromSeconds(10);

    private long _opened;
    private long _finished;

    /// <summary>Connections opened so far.</summary>
    public long Opened => Volatile.Read(ref _opened);

    /// <summary>Connections that got as far as presenting the chain.</summary>
    public long Finished => Volatile.Read(ref _finished);

    /// <summary>Runs until the token fires.</summary>
    /// <param name="connections">The number of simultaneous connections.</param>
    /// <param name="cancellationToken">Stops the flood.</param>
    public Task RunAsync(int connections, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, connections)
            .Select(number => Task.Run(() => RepeatAsync(number, cancellationToken), CancellationToken.None)));

    private async Task RepeatAsync(int number, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await OnceAsync(sources[number % sources.Count], cancellationToken);
            }
            catch (Exception exception)
                when (exception is SocketException or IOException or AuthenticationException or OperationCanceledException)
            {
                // Refused, as expected.
            }
        }
    }

    private async Task OnceAsync(IPAddress source, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PerConnection);
        using var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        { LingerState = new LingerOption(true, 0) };
        socket.Bind(new IPEndPoint(source, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The connection was accepted, and reset before this side noticed.
            Interlocked.Increment(ref _opened);
            return;
        }

        Interlocked.Increment(ref _opened);
        if (chain is null)
        {
            return;
        }

        using var stream = new NetworkStream(socket);
        using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                ClientCertificateContext = chain,
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [protocol],
#pragma warning disable CA5359 // An attacker trusts any server.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            limit.Token);

        // The client's handshake completes before the server has checked the chain.
        Interlocked.Increment(ref _finished);
        _ = await tls.ReadAsync(new byte[1], limit.Token);
    }
}
