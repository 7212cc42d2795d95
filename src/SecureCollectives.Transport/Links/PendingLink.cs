using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// A link whose keys are agreed but whose lanes have not all connected, on the accepting side. Owns the keys and the connected lanes until
/// the link is complete.
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

    /// <param name="linkId">The id of the link, which the hellos of its lanes state.</param>
    /// <param name="keys">The keys of the link; owned by the pending link.</param>
    /// <param name="laneCount">The number of lanes that must connect.</param>
    /// <param name="peer">The peer's rank in the job.</param>
    /// <param name="leafHash">SHA-256 of the certificate with which the peer opened the link, if each lane has TLS of its own and must
    /// prove the same certificate; empty if the lanes have no TLS of their own.</param>
    public PendingLink(ReadOnlyMemory<byte> linkId, LinkKeys keys, int laneCount, int peer, ReadOnlyMemory<byte> leafHash = default)
    {
        _leafHash = leafHash;
        LinkId = linkId;
        _keys = keys;
        _lanes = new LinkLane?[laneCount];
        _peer = peer;
    }

    public ReadOnlyMemory<byte> LinkId { get; }

    /// <summary>The medium that carries its lanes.</summary>
    public MediumCode Medium { get; init; } = MediumCode.Network;

    /// <summary>Completes with the link when all its lanes have connected; cancelled if this object is disposed first.</summary>
    public Task<Link> Completion => _complete.Task;

    /// <summary>
    /// Verifies a hello with the key of its lane and, if it is valid, writes the answer. Each lane accepts one valid hello.
    /// </summary>
    /// <param name="hello">The hello as received, with nothing in it verified.</param>
    /// <param name="leafHash">SHA-256 of the certificate with which the peer authenticated on the connection itself; empty without
    /// TLS.</param>
    /// <param name="answer">Receives the answer to send, if the hello is valid.</param>
    /// <param name="lane">The number of the lane that the hello names; meaningful only if the hello is valid.</param>
    public HelloStatus Verify(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> leafHash, Span<byte> answer, out ushort lane)
    {
        // Checked first, because verifying a valid hello consumes it. The comparison is exact: a link without TLS must not run over a
        // connection with TLS either.
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

    /// <summary>Attaches the connection whose hello was verified and answered, and takes ownership of it.</summary>
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
