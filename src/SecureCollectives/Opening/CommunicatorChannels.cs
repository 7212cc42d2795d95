using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.PointToPoint;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Opening;

/// <summary>The loops of a communicator and the keepers of their links. Dispose it after the loops have ended.</summary>
/// <param name="plan">The options with which the communicator is opened.</param>
/// <param name="keeping">The parts that all link keepers of the communicator share.</param>
/// <param name="faults">The fault attribution, used when the communicator fails.</param>
/// <param name="members">The members of the communicator, as ranks of the job.</param>
/// <param name="rank">The rank of this worker, in the job.</param>
/// <param name="worldSize">The number of ranks in the job.</param>
/// <param name="logger">The logger for the communicator's events.</param>
internal sealed class CommunicatorChannels(CommunicatorPlan plan, LinkKeeperParts keeping, FaultWatch faults, GroupMembers members,
    int rank, int worldSize, ILogger logger) : IAsyncDisposable
{
    private readonly LinkKeeper[] _keepers = [.. Enumerable.Range(0, plan.Parameters.Channels).Select(_ => new LinkKeeper(keeping))];

    private PeerMessaging? _messaging;

    /// <summary>The number of channels whose loops have not ended.</summary>
    private int _running = plan.Parameters.Channels;

    /// <summary>Starts the loops and the keepers of their links. Call it once.</summary>
    /// <param name="links">The links of all channels. This method takes ownership of them, even if it throws.</param>
    public ChannelSet Start((LinkRequest Request, OpenedLink Opened)[] links)
    {
        var watch = faults.Open(plan.Id);
        var ending = new SharedEnding();
        var loops = new List<Loop>();
        try
        {
            for (var channel = 0; channel < _keepers.Length; channel++)
            {
                loops.Add(StartLoop(channel, links, watch, ending));
            }
        }
        catch
        {
            faults.Close(watch);
            loops.ForEach(loop => loop.Abort(OperationFailure.Closed(rank, 0)));
            foreach (var (request, opened) in links)
            {
                if (request.Channel >= loops.Count)
                {
                    opened.Link.Dispose();
                }
            }

            throw;
        }

        Instruments.CommunicatorOpened();
        var channels = new ChannelSet(loops);
        _messaging = new PeerMessaging(plan.Id, rank, worldSize, plan.Parameters, keeping, ending, new StreamWatch(watch),
            plan.OperationTimeout, ReplaceLinksFrom, channels.Abort);
        watch.Attach(channels, _messaging.Awaited);
        for (var channel = 0; channel < _keepers.Length; channel++)
        {
            _keepers[channel].Start(loops[channel], [.. links.Where(link => link.Request.Channel == channel)], channels.Abort);
        }

        return channels;
    }

    /// <summary>Carries out Send and Receive; available once the loops have been started.</summary>
    public PeerMessaging Messaging => _messaging ?? throw new UnreachableException("The loops were not started.");

    /// <summary>
    /// Lets operations open links to any other rank on demand. Call it once, after all ranks have opened the communicator.
    /// </summary>
    /// <param name="create">Creates the request for the link of a channel to a peer.</param>
    /// <param name="instance">The random id that all ranks have generated for this communicator.</param>
    public void KeepOthers(Func<int, int, LinkRequest> create, ReadOnlyMemory<byte> instance)
    {
        for (var channel = 0; channel < _keepers.Length; channel++)
        {
            var open = Neighbours.OfChannel(channel, members.Rank, members.Count, plan.Parameters.LocalWorldSize);
            var others = Enumerable.Range(0, members.Count).Except([members.Rank, .. open]);
            _keepers[channel].StartAbsent(others.Select(member => create(channel, members.JobRanks[member])), instance);
        }

        Messaging.Start(create, [.. members.JobRanks.Where(member => member != rank)], instance);
    }

    public async ValueTask DisposeAsync()
    {
        if (_messaging is not null)
        {
            await _messaging.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var keeper in _keepers)
        {
            await keeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The number of bytes carried after which a link is replaced. Without protection, there are no keys to wear out.</summary>
    private long ReplaceLinksFrom => plan.Parameters.Protection == ProtectionCode.UnsafePlaintext ? long.MaxValue : plan.ReplaceLinksFrom;

    private Loop StartLoop(int channel, (LinkRequest Request, OpenedLink Opened)[] links, CommunicatorWatch watch, SharedEnding ending)
    {
        var parameters = plan.Parameters;
        var keeper = _keepers[channel];
        return new Loop(
            $"loop {plan.Id}/{channel}",
            rank,
            worldSize,
            parameters.LaneCount,
            [.. links.Where(link => link.Request.Channel == channel).Select(link => plan.Fit(link.Opened, logger))],
            new LoopOptions(parameters.ChunkBytes, parameters.SmallBytes)
            {
                ReplaceLinksFrom = ReplaceLinksFrom,
                LinkKeeper = keeper,
                Members = members.Count,
                Peers = members.JobRanks,
                Attribution = watch,
            },
            failure => Ended(keeper, watch, failure),
            ending);
    }

    private void Ended(LinkKeeper keeper, CommunicatorWatch watch, OperationFailure failure)
    {
        var isClosed = failure.Reason == AbortReason.Closed && failure.Culprit == rank;
        _messaging?.Fail(failure);
        keeper.Stop(isClosed ? "This worker has closed the communicator." : $"The communicator has failed here: {failure.Detail}",
            isClosed);
        if (Interlocked.Decrement(ref _running) > 0)
        {
            return;
        }

        faults.Close(watch);
        var isFailure = failure.Reason != AbortReason.Closed;
        Instruments.CommunicatorEnded(isFailure ? MeasuredOperation.Outcome(failure.Reason) : null);
        if (!isFailure)
        {
            Log.CommunicatorWasClosed(logger, plan.Id, failure.Culprit);
        }
        else
        {
            Log.CommunicatorFailed(logger, failure.Cause, plan.Id, failure.Operation, failure.Step, failure.Detail);
        }
    }
}
