using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// What makes lanes of one kind: accepts those of the links that this worker expects, connects those that it initiates. At most one of a
/// kind per job.
/// </summary>
internal abstract class LaneTransport : ILaneListener, IAsyncDisposable
{
    /// <summary>The port where peers connect their lanes.</summary>
    public abstract int Port { get; }

    public abstract void Expect(PendingLink link);

    public abstract void Forget(PendingLink link);

    /// <summary>Connects one lane: connection, hello, the acceptor's answer.</summary>
    /// <param name="acceptor">Where to connect, and who must answer.</param>
    /// <param name="keys">The link's keys.</param>
    /// <param name="lane">The lane's number.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LaneConnectException">The lane could not be made.</exception>
    public abstract Task<Lane> ConnectAsync(LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
