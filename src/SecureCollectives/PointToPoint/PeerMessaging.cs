using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>Send and Receive of a communicator: the pairs of this rank with each other, their streams and what keeps their links.</summary>
internal sealed class PeerMessaging : IAsyncDisposable
{
    private readonly int _rank;
    private readonly PointToPointSetting _setting;
    private readonly LinkKeeper _upwardKeeper;
    private readonly LinkKeeper _downwardKeeper;
    private readonly PairStreams _upward;
    private readonly PairStreams _downward;
    private readonly ConcurrentDictionary<int, PeerCalls> _peers = [];
    private OperationFailure? _failure;

    /// <param name="id">The communicator's id, which names threads.</param>
    /// <param name="rank">This rank, in the job.</param>
    /// <param name="worldSize">Ranks of the job.</param>
    /// <param name="parameters">What all ranks agree on.</param>
    /// <param name="keeping">What links are kept with.</param>
    /// <param name="ending">What all loops of the communicator share.</param>
    /// <param name="attribution">Finds out who is to blame when a stream fails.</param>
    /// <param name="timeout">Time limit of a call.</param>
    /// <param name="replaceLinksFrom">Bytes from which a link is replaced.</param>
    /// <param name="abort">Fails the communicator.</param>
    public PeerMessaging(
        string id,
        int rank,
        int worldSize,
        GroupParameters parameters,
        LinkKeeperParts keeping,
        SharedEnding ending,
        IFaultAttribution attribution,
        TimeSpan timeout,
        long replaceLinksFrom,
        Action<OperationFailure> abort)
    {
        _rank = rank;
        (_upwardKeeper, _downwardKeeper) = (new LinkKeeper(keeping), new LinkKeeper(keeping));
        _upward = new PairStreams(peer => Create(peer, _upwardKeeper, $"{Math.Min(rank, peer)}>{Math.Max(rank, peer)}"));
        _downward = new PairStreams(peer => Create(peer, _downwardKeeper, $"{Math.Max(rank, peer)}>{Math.Min(rank, peer)}"));
        _setting = new PointToPointSetting(
            peer => (rank < peer ? _upward : _downward).Of(peer),
            peer => (rank < peer ? _downward : _upward).Of(peer),
            abort,
            parameters.ChunkBytes,
            timeout,
            TimeProvider.System);

        Loop Create(int peer, LinkKeeper keeper, string way) => new(
            $"stream {id} {way}",
            rank,
            worldSize,
            parameters.LaneCount,
            [],
            new LoopOptions(parameters.ChunkBytes, Math.Max(parameters.SmallBytes, Envelope.Length))
            {
                LinkKeeper = keeper,
                Peers = [peer],
                CountsAlone = true,
                Attribution = attribution,
                ReplaceLinksFrom = replaceLinksFrom,
            },
            Fail,
            ending);
    }

    /// <summary>What the pairs have in common.</summary>
    public PointToPointSetting Setting => _setting;

    /// <summary>When a call that begins now must have met its other half.</summary>
    public long Deadline => _setting.Deadline;

    /// <summary>The rank whose call has been waited for the longest, and for how long; null where none is.</summary>
    public (int Peer, TimeSpan Elapsed)? Awaited()
    {
        var waiting = _peers.Select(static entry => (Peer: entry.Key, Deadline: entry.Value.EarliestDeadline))
            .Where(static entry => entry.Deadline is not null).ToArray();
        return waiting.Length == 0
            ? null : waiting.Select(entry => (entry.Peer, Elapsed: _setting.Timeout - _setting.Left(entry.Deadline!.Value)))
                .MaxBy(static entry => entry.Elapsed);
    }

    /// <summary>
    /// From now on links can be opened, by this rank and by the peers. Once, when all ranks have opened the communicator.
    /// </summary>
    /// <param name="create">The link of a channel to a peer.</param>
    /// <param name="peers">The other members, in the job.</param>
    /// <param name="instance">The id that all ranks have drawn for this communicator.</param>
    public void Start(Func<int, int, LinkRequest> create, int[] peers, ReadOnlyMemory<byte> instance)
    {
        Keep(_upwardKeeper, _upward, GroupParameters.UpwardStream);
        Keep(_downwardKeeper, _downward, GroupParameters.DownwardStream);

        void Keep(LinkKeeper keeper, PairStreams streams, int channel)
        {
            keeper.Start(streams, [], _setting.Abort);
            keeper.StartAbsent(peers.Select(peer => create(channel, peer)), instance);
        }
    }

    /// <summary>The calls with another rank.</summary>
    /// <param name="peer">The rank, in the job.</param>
    public PeerCalls With(int peer)
    {
        var calls = _peers.GetOrAdd(peer, static (peer, self) => new PeerCalls(self._rank, peer, self._setting), this);
        if (Volatile.Read(ref _failure) is { } failure)
        {
            calls.Fail(failure);
        }

        return calls;
    }

    /// <summary>A caller has cancelled.</summary>
    public void Cancel() => _setting.Abort(OperationFailure.Cancelled(_rank, 0));

    /// <summary>The communicator has ended.</summary>
    public void Fail(OperationFailure failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        foreach (var calls in _peers.Values)
        {
            calls.Fail(failure);
        }

        var isClosed = failure.Reason == AbortReason.Closed && failure.Culprit == _rank;
        var why = isClosed ? "This worker has closed the communicator." : $"The communicator has failed here: {failure.Detail}";
        _upwardKeeper.Stop(why, isClosed);
        _downwardKeeper.Stop(why, isClosed);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_upward.DisposeAsync().AsTask(), _downward.DisposeAsync().AsTask()).ConfigureAwait(false);
        await _upwardKeeper.DisposeAsync().ConfigureAwait(false);
        await _downwardKeeper.DisposeAsync().ConfigureAwait(false);
    }
}
