using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>
/// Carries out a communicator's Send and Receive: holds this rank's pairs, their streams and the keepers of their links.
/// </summary>
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

    /// <param name="id">The communicator's id, used in thread names.</param>
    /// <param name="rank">The rank of this worker, in the job.</param>
    /// <param name="worldSize">The number of ranks in the job.</param>
    /// <param name="parameters">The parameters that all ranks agree on.</param>
    /// <param name="keeping">The parts that all link keepers of the communicator share.</param>
    /// <param name="ending">The ending state that all loops of the communicator share.</param>
    /// <param name="attribution">The fault attribution, used when a stream fails.</param>
    /// <param name="timeout">The time limit for the other rank's matching call, and again for the transfer that follows.</param>
    /// <param name="replaceLinksFrom">The number of bytes carried after which a link is replaced before its next operation.</param>
    /// <param name="abort">Aborts the communicator, on all ranks, with the given failure.</param>
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

    /// <summary>The settings that all pairs share.</summary>
    public PointToPointSetting Setting => _setting;

    /// <summary>The time by which a call made now must have been matched.</summary>
    public long Deadline => _setting.Deadline;

    /// <summary>Returns the rank whose matching call has been awaited the longest, and for how long; null if no call is waiting.</summary>
    public (int Peer, TimeSpan Elapsed)? Awaited()
    {
        var waiting = _peers.Select(static entry => (Peer: entry.Key, Deadline: entry.Value.EarliestDeadline))
            .Where(static entry => entry.Deadline is not null).ToArray();
        return waiting.Length == 0
            ? null : waiting.Select(entry => (entry.Peer, Elapsed: _setting.Timeout - _setting.Left(entry.Deadline!.Value)))
                .MaxBy(static entry => entry.Elapsed);
    }

    /// <summary>
    /// Allows this rank and its peers to open links from now on. Call it once, after all ranks have opened the communicator.
    /// </summary>
    /// <param name="create">Creates the request for the link of a channel to a peer.</param>
    /// <param name="peers">The other members, as ranks of the job.</param>
    /// <param name="instance">The random id that all ranks have generated for this communicator.</param>
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

    /// <summary>Returns the calls with another rank.</summary>
    /// <param name="peer">The other rank, as a rank of the job.</param>
    public PeerCalls With(int peer)
    {
        var calls = _peers.GetOrAdd(peer, static (peer, self) => new PeerCalls(self._rank, peer, self._setting), this);
        if (Volatile.Read(ref _failure) is { } failure)
        {
            calls.Fail(failure);
        }

        return calls;
    }

    /// <summary>Aborts the communicator because a caller has cancelled.</summary>
    public void Cancel() => _setting.Abort(OperationFailure.Cancelled(_rank, 0));

    /// <summary>Ends all calls and streams, because the communicator has ended.</summary>
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
