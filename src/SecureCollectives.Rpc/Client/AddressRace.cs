using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// Connects to whichever address of a host answers first. <see cref="AttemptSchedule"/> decides when attempts start; they run concurrently,
/// and when one succeeds the others are closed. For a single call.
/// </summary>
/// <param name="addresses">The addresses, in the order in which to try them; at least one.</param>
/// <param name="port">The port, the same for every address.</param>
/// <param name="timeout">The time limit of each attempt.</param>
/// <param name="clock">Measures the time limit and the time between attempts.</param>
internal sealed class AddressRace(IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, TimeProvider clock)
{
    private readonly AttemptSchedule _schedule = new(addresses.Count, clock);
    private readonly List<(IPAddress Address, SocketException Cause)> _failures = [];

    /// <summary>Creates the socket for an attempt; a test hook.</summary>
    public Func<AddressFamily, Socket> Open { private get; init; } =
        static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>The failed attempts; covers every address if <see cref="ConnectAsync"/> returned null.</summary>
    public IReadOnlyList<(IPAddress Address, SocketException Cause)> Failures => _failures;

    /// <returns>The connected socket and its remote end point; null if every address failed.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<(Socket Socket, IPEndPoint Remote)?> ConnectAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Attempt>> running = [];
        try
        {
            while (!_schedule.IsOver)
            {
                var wait = _schedule.Wait;
                if (wait == TimeSpan.Zero)
                {
                    running.Add(TryAsync(new IPEndPoint(addresses[_schedule.StartNext()], port), over.Token));
                    continue;
                }

                await WaitAsync(running, wait, over.Token).ConfigureAwait(false);
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

    /// <summary>Waits until an attempt ends or the next one is due.</summary>
    private async Task WaitAsync(List<Task<Attempt>> running, TimeSpan? untilNext, CancellationToken cancellationToken)
    {
        if (untilNext is not { } wait)
        {
            await Task.WhenAny(running).ConfigureAwait(false);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([.. running, Task.Delay(wait, clock, ended.Token)]).ConfigureAwait(false);
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
            _schedule.Fail();
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
            return SelfConnection.TryReset(socket, remote)
                ? new Attempt(remote, null, new SocketException((int)SocketError.ConnectionRefused))
                : new Attempt(remote, socket, null);
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

    private readonly record struct Attempt(IPEndPoint Remote, Socket? Socket, SocketException? Failure);
}
