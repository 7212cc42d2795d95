using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// A link whose keys are agreed and whose lanes have still to connect, on the side that accepts them. Owns the keys and what has connected
/// until the link is complete.
/// </summary>
internal sealed class PendingLink : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkKeys _keys;
    private readonly LinkLane?[] _lanes;
    private readonly TaskCompletionSource<Link> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReadOnlyMemory<byte> _leafHash;
    private readonly int _peer;
    private int _connected;
    private bool _disposed;

    /// <param name="linkId">The link's id.</param>
    /// <param name="keys">The link's keys; the pending link owns them.</param>
    /// <param name="laneCount">Lanes that have to connect.</param>
    /// <param name="peer">The peer's rank in the communicator.</param>
    /// <param name="leafHash">
    /// SHA-256 of the certificate that the peer opened the link with, where each lane has TLS of its own and must prove the same; empty
    /// where they have none.
    /// </param>
    public PendingLink(ReadOnlyMemory<byte> linkId, LinkKeys keys, int laneCount, int peer, ReadOnlyMemory<byte> leafHash = default)
    {
        _leafHash = leafHash;
        LinkId = linkId;
        _keys = keys;
        _lanes = new LinkLane?[laneCount];
        _peer = peer;
    }

    public ReadOnlyMemory<byte> LinkId { get; }

    /// <summary>Where its lanes go.</summary>
    public MediumCode Medium { get; init; } = MediumCode.Network;

    /// <summary>The link, when all its lanes have connected; cancelled when this is disposed before.</summary>
    public Task<Link> Completion => _complete.Task;

    /// <summary>Holds a hello against the lane's key and, where it is good, writes the answer. A good hello is good once.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="leafHash">SHA-256 of the certificate that the connection itself proved; empty without TLS.</param>
    /// <param name="answer">Where the answer goes.</param>
    /// <param name="lane">The hello's lane.</param>
    public HelloStatus Verify(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> leafHash, Span<byte> answer, out ushort lane)
    {
        // First, because a good hello is used up by its verification. Exactly: a link without TLS does not run over a connection with it
        // either.
        if (!leafHash.SequenceEqual(_leafHash.Span))
        {
            lane = 0;
            return HelloStatus.WrongLeaf;
        }

        var status = _keys.VerifyHello(hello, out lane);
        if (status != HelloStatus.Ok)
        {
            return status;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return HelloStatus.Closed;
            }

            _keys.WriteAnswer(lane, hello, answer);
            return HelloStatus.Ok;
        }
    }

    /// <summary>Takes over the connection whose hello was verified and answered.</summary>
    public void Attach(ushort lane, Lane connection)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                connection.Dispose();
                return;
            }

            _lanes[lane] = new LinkLane(connection, _keys.CreateSealer(lane), _keys.CreateOpener(lane));
            if (++_connected < _lanes.Length)
            {
                return;
            }

            _disposed = true;
            _keys.Dispose();
        }

        _complete.TrySetResult(new Link(_peer, _lanes!) { Medium = Medium });
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _keys.Dispose();
            foreach (var lane in _lanes)
            {
                lane?.Dispose();
            }
        }

        _complete.TrySetCanceled();
    }
}
