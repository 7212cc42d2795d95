using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// Makes lanes of one kind: accepts those of the links that this worker expects and connects those of the links that it initiates. A job
/// has at most one transport per kind.
/// </summary>
internal abstract class LaneTransport : ILaneListener, IAsyncDisposable
{
    /// <summary>The port to which peers connect their lanes.</summary>
    public abstract int Port { get; }

    public abstract void Expect(PendingLink link);

    public abstract void Forget(PendingLink link);

    /// <summary>Connects one lane and completes its handshake.</summary>
    /// <param name="acceptor">The endpoint to connect to, and the peer that must answer there.</param>
    /// <param name="keys">The keys of the link; not owned.</param>
    /// <param name="lane">The lane's number within its link.</param>
    /// <param name="cancellationToken">Cancels the attempt; nothing is left open.</param>
    /// <exception cref="LaneConnectException">The lane could not be connected.</exception>
    public abstract Task<Lane> ConnectAsync(LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
