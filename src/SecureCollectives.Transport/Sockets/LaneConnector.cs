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
/// Connects one lane with polled socket calls, which keep the socket out of .NET's epoll engine. Blocks its thread for a bounded time.
/// </summary>
/// <param name="acceptor">The acceptor's name, for messages.</param>
/// <param name="keys">The keys of the link; not owned.</param>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="tls">Creates the options of the TLS handshake; null for a lane without TLS of its own.</param>
/// <param name="timeout">The time limit for the connection and its handshakes together.</param>
/// <param name="cancellationToken">Cancels the attempt, after a delay of at most <see cref="PollSlice"/>.</param>
internal abstract unsafe class LaneConnector(
    string acceptor, LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
{
    /// <summary>The longest delay between a cancellation and its effect.</summary>
    protected static readonly TimeSpan PollSlice = TimeSpan.FromMilliseconds(50);

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <param name="peer">The peer that must answer; used only if the lane has TLS of its own.</param>
    /// <exception cref="LaneConnectException">The connection failed, or the acceptor did not authenticate in time.</exception>
    /// <summary>Connects the lane and completes its handshakes.</summary>
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
            throw new LaneConnectException($"Could not connect a lane to {acceptor}: {exception.Message}.", exception);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that has not carried any bytes yet.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    protected abstract Lane Open();

    /// <exception cref="LaneConnectException">The time limit has expired.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
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
            // Checked even if bytes keep coming: an acceptor that sends a byte now and then is as late as a silent one.
            ThrowIfOver();
        }
        while (Libc.Poll(&wanted, 1, (int)PollSlice.TotalMilliseconds) <= 0);
    }
}
