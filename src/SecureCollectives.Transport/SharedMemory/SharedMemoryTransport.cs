using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// Lanes through shared memory, with or without TLS, for peers on the same host: one Unix socket to listen on, one connection per lane.
/// </summary>
internal sealed class SharedMemoryTransport : ILaneListener, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly LaneListener _listener;
    private readonly TlsOptionsFactory? _tls;

    private SharedMemoryTransport(UnixAcceptor acceptor, LaneTransportOptions options)
    {
        _tls = options.Tls;
        SocketName = acceptor.Name;
        _listener = new LaneListener(acceptor, options.Limits, options.Tls, options.LoggerFactory.CreateLogger<SharedMemoryTransport>());
    }

    /// <summary>The name of the socket to which peers on this host connect their lanes.</summary>
    public string SocketName { get; }

    /// <summary>Starts to listen if this system can share memory.</summary>
    /// <exception cref="LaneListenException">The system cannot share memory.</exception>
    public static SharedMemoryTransport Start(LaneTransportOptions options)
    {
        try
        {
            Probe();
            return new SharedMemoryTransport(UnixAcceptor.Listen(), options);
        }
        catch (Exception exception)
            when (exception is SocketException or IOException or InvalidDataException or System.ComponentModel.Win32Exception)
        {
            throw new LaneListenException($"This system cannot share memory: {exception.Message}", exception);
        }
    }

    public void Expect(PendingLink link) => _listener.Expect(link);

    public void Forget(PendingLink link) => _listener.Forget(link);

    /// <summary>Connects one lane: Unix socket, hello, the acceptor's answer, and both rings.</summary>
    /// <param name="name">The acceptor's name in the abstract namespace of Unix sockets, without the leading NUL.</param>
    /// <param name="peer">The peer that must answer, if the lane has TLS of its own.</param>
    /// <param name="keys">The keys of the link; not owned.</param>
    /// <param name="lane">The lane's number within its link.</param>
    /// <param name="payloadBytes">The longest payload that the lane will carry, in bytes.</param>
    /// <param name="cancellationToken">Cancels the attempt, which closes the connection.</param>
    /// <exception cref="LaneConnectException">The lane could not be connected; a lane over another medium may succeed.</exception>
    public Task<Lane> ConnectAsync(
        string name, PeerIdentity peer, LinkKeys keys, ushort lane, int payloadBytes, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => new SharedMemoryConnector(
                name, keys, lane, RingLayout.CapacityFor(payloadBytes), _tls, ConnectTimeout, cancellationToken).Connect(peer),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    public void Dispose() => _listener.Dispose();

    /// <summary>Creates a ring and maps it as a peer would: anything that fails here would fail for every lane.</summary>
    private static void Probe()
    {
        var (own, file) = RingFile.Create(RingLayout.SmallestCapacity);
        using (own)
        using (file)
        {
            RingFile.Map(file).Dispose();
        }
    }
}
