using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// Connects to whichever address of a host answers first (RFC 8305, section 5). Attempts start 250 ms apart, or at once when the one before
/// has failed, and run side by side; when one succeeds the others are closed. Serves one call.
/// </summary>
/// <param name="addresses">At least one, in the order in which they are tried.</param>
/// <param name="port">The port, the same at each.</param>
/// <param name="timeout">How long each attempt may take.</param>
/// <param name="clock">Counts both.</param>
internal sealed class AddressRace(IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Time between two attempts: the default of RFC 8305, section 8.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly List<(IPAddress Address, SocketException Cause)> _failures = [];

    /// <summary>Makes the socket of an attempt; tests bind it.</summary>
    public Func<AddressFamily, Socket> Open { private get; init; } =
        static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>What became of the attempts that failed; all of them when <see cref="ConnectAsync"/> returned null.</summary>
    public IReadOnlyList<(IPAddress Address, SocketException Cause)> Failures => _failures;

    /// <returns>The connected socket and where it leads; null where no address could be connected.</returns>
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
    /// Where nobody listens at a port of this host that outgoing connections are given, the kernel may choose that very port for this
    /// connection: its SYN then meets itself (RFC 9293, section 3.5, simultaneous open). Such a connection is reset, so that no TIME-WAIT
    /// keeps the port from whoever is going to listen there.
    /// </summary>
    private static bool IsItself(Socket socket, IPEndPoint remote) => remote.Equals(socket.LocalEndPoint);

    private readonly record struct Attempt(IPEndPoint Remote, Socket? Socket, SocketException? Failure);
}
