using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// Connects to the address of a host that accepts a TCP connection first (RFC 8305, section 5). Attempts start 250 ms apart, or at once
/// when the previous attempt has failed, and run side by side; when one succeeds the others are closed. Serves one call.
/// </summary>
/// <param name="addresses">The addresses, at least one, in the order in which they are tried.</param>
/// <param name="port">The port, which is the same at all addresses.</param>
/// <param name="timeout">The time limit of each attempt.</param>
/// <param name="clock">Measures the time limit and the time between attempts.</param>
internal sealed class AddressRace(IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>The time between the starts of two attempts: the default of RFC 8305, section 8.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly List<(IPAddress Address, SocketException Cause)> _failures = [];

    /// <summary>Creates the socket of an attempt. A test can bind it.</summary>
    public Func<AddressFamily, Socket> Open { private get; init; } =
        static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>The attempts that failed so far; all of them when <see cref="ConnectAsync"/> returned null.</summary>
    public IReadOnlyList<(IPAddress Address, SocketException Cause)> Failures => _failures;

    /// <returns>The connected socket, owned by the caller, and its remote end point; null if no address could be connected.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<(Socket Socket, IPEndPoint Remote)?> ConnectAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Attempt>> running = [];
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    running.Add(TryAsync(new IPEndPoint(addresses[next++], port), over.Token));
                }

                await WaitAsync(running, next < addresses.Count, over.Token).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (await TakeEndedAsync(running).ConfigureAwait(false) is { } winner)
                {
                    return winner;
                }
            }

            return null;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (var loser in await Task.WhenAll(running).ConfigureAwait(false))
            {
                loser.Socket?.Dispose();
            }
        }
    }

    private async Task WaitAsync(List<Task<Attempt>> running, bool hasMore, CancellationToken cancellationToken)
    {
        if (!hasMore)
        {
            await Task.WhenAny(running).ConfigureAwait(false);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([.. running, Task.Delay(Stagger, clock, ended.Token)]).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task<(Socket Socket, IPEndPoint Remote)?> TakeEndedAsync(List<Task<Attempt>> running)
    {
        foreach (var task in running.FindAll(task => task.IsCompleted))
        {
            running.Remove(task);
            var attempt = await task.ConfigureAwait(false);
            if (attempt.Socket is { } socket)
            {
                return (socket, attempt.Remote);
            }

            _failures.Add((attempt.Remote.Address, attempt.Failure!));
        }

        return null;
    }

    private async Task<Attempt> TryAsync(IPEndPoint remote, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        using var late = new CancellationTokenSource(timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            socket = Open(remote.AddressFamily);
            socket.NoDelay = true;
            KeepAlive.Enable(socket);
            await socket.ConnectAsync(remote, limit.Token).ConfigureAwait(false);
            if (!IsItself(socket, remote))
            {
                return new Attempt(remote, socket, null);
            }

            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
            return new Attempt(remote, null, new SocketException((int)SocketError.ConnectionRefused));
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            return new Attempt(remote, null, exception);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            return new Attempt(remote, null, new SocketException((int)SocketError.TimedOut));
        }
    }

    /// <summary>
    /// Returns whether a connection leads to itself. If the target is a port of this host in the range for outgoing connections and nothing
    /// listens there, the kernel may choose that port as the source of this connection, whose SYN then meets itself (RFC 9293, section 3.5,
    /// simultaneous open). Such a connection is reset, so that no TIME-WAIT keeps the port from its future listener.
    /// </summary>
    private static bool IsItself(Socket socket, IPEndPoint remote) => remote.Equals(socket.LocalEndPoint);

    private readonly record struct Attempt(IPEndPoint Remote, Socket? Socket, SocketException? Failure);
}
