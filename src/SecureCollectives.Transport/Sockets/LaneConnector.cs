using System.Diagnostics;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// Connects one lane with polled socket calls, which keep the socket away from .NET's epoll engine. Blocks its thread for a bounded time.
/// </summary>
/// <param name="acceptor">Names the other side in messages.</param>
/// <param name="keys">The link's keys.</param>
/// <param name="lane">The lane's number.</param>
/// <param name="tls">For a lane inside TLS of its own: makes the handshake's options.</param>
/// <param name="timeout">For all of it.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
internal abstract unsafe class LaneConnector(
    string acceptor, LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
{
    /// <summary>How long a poll may delay the token.</summary>
    protected static readonly TimeSpan PollSlice = TimeSpan.FromMilliseconds(50);

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <param name="peer">Who must answer.</param>
    /// <exception cref="LaneConnectException">No connection, or no proof of the acceptor in time.</exception>
    public Lane Connect(PeerIdentity peer)
    {
        Lane? connection = null;
        try
        {
            connection = Open();
            if (tls is not null)
            {
                connection = TlsLane.Connect(connection, tls, peer);
            }

            var handshake = new ConnectorHandshake(connection, keys, lane, acceptor);
            while (!handshake.TryFinish())
            {
                Wait(connection.Descriptor, (short)(Libc.PollIn | (connection.HoldsBytes ? Libc.PollOut : 0)));
            }

            return connection.Confirm();
        }
        catch (SocketException exception)
        {
            connection?.Dispose();
            throw new LaneConnectException($"A lane to {acceptor} could not be connected: {exception.Message}.", exception);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>A connection that has carried nothing yet.</summary>
    /// <exception cref="SocketException">There is none.</exception>
    protected abstract Lane Open();

    /// <exception cref="LaneConnectException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    protected void ThrowIfOver()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Stopwatch.GetElapsedTime(_started) > timeout)
        {
            throw new LaneConnectException($"A lane to {acceptor} was not confirmed within {timeout.TotalSeconds:0.#} s.");
        }
    }

    private void Wait(int descriptor, short events)
    {
        var wanted = new Libc.PollDescriptor { Descriptor = descriptor, Events = events };
        do
        {
            // Also where something comes all the time: an acceptor that sends a byte now and then is as late as one that is silent.
            ThrowIfOver();
        }
        while (Libc.Poll(&wanted, 1, (int)PollSlice.TotalMilliseconds) <= 0);
    }
}
