using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>Opens communicators: links to its neighbours, the loop that owns them, and a first barrier by which all ranks know that all have opened.</summary>
internal sealed class CommunicatorFactory(JobResources resources, JobRoster roster, ILogger logger)
{
    private readonly int _rank = resources.Identity.Worker.Rank;
    private readonly int _worldSize = roster.Members.Count;

    /// <param name="id">The communicator's id.</param>
    /// <param name="options">How it works; read before the first wait.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="MembershipException">It could not be opened.</exception>
    public async Task<Communicator> OpenAsync(string id, CommunicatorOptions options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var parameters = new GroupParameters(options);
        var (openTimeout, operationTimeout, congestionControl) = (options.OpenTimeout, options.OperationTimeout, options.CongestionControl);
        if (options.Protection == Protection.UnsafePlaintext)
        {
            Log.PlaintextIsUsed(logger, id);
        }

        try
        {
            var requests = Neighbours.Of(_rank, _worldSize).Select(peer => new LinkRequest(roster, resources.Identity.Worker, peer, id, parameters)).ToArray();
            var links = await resources.OpenLinksAsync(requests, openTimeout, cancellationToken).ConfigureAwait(false);
            foreach (var link in links)
            {
                LaneTuning.Apply(link.Link, id, congestionControl, logger);
            }

            var communicator = Create(id, parameters, operationTimeout, links);
            await ConfirmAsync(communicator, openTimeout - Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
            Log.CommunicatorWasOpened(logger, id, _rank, _worldSize, parameters.Protection, parameters.Suite);
            return communicator;
        }
        catch (Exception exception)
        {
            resources.RememberFailedOpen(id, exception is MembershipException ? exception.Message : "Its attempt was given up.");
            throw;
        }
    }

    private Communicator Create(string id, GroupParameters parameters, TimeSpan operationTimeout, OpenedLink[] links)
    {
        Loop loop;
        try
        {
            loop = new Loop(
                $"loop {id}",
                _rank,
                _worldSize,
                parameters.LaneCount,
                [.. links.Select(link => link.Link)],
                new LoopOptions(parameters.ChunkBytes, parameters.SmallBytes),
                failure => LogEnd(id, failure));
        }
        catch
        {
            foreach (var link in links)
            {
                link.Link.Dispose();
            }

            throw;
        }

        var expiry = LinkExpiry.Watch(loop, _rank, links, TimeProvider.System);
        var schedules = new ScheduleCache(_rank, _worldSize, parameters.ChunkBytes, parameters.SmallBytes);
        return new Communicator(id, _rank, _worldSize, schedules, operationTimeout, loop, expiry);
    }

    private static async Task ConfirmAsync(Communicator communicator, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await communicator.ConfirmAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (CollectiveException exception)
        {
            await communicator.DisposeAsync().ConfigureAwait(false);
            throw new MembershipException(
                exception.Error switch
                {
                    CollectiveError.TimedOut => MembershipError.MissingRanks,
                    CollectiveError.AuthenticationFailed => MembershipError.Untrusted,
                    _ => MembershipError.Unreachable,
                },
                $"Communicator '{communicator.Id}' was not opened on all ranks. {exception.Message} The log of rank {exception.Culprit} may say more.",
                exception);
        }
        catch
        {
            await communicator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void LogEnd(string id, OperationFailure failure)
    {
        if (failure.Reason == AbortReason.Closed)
        {
            Log.CommunicatorWasClosed(logger, id, failure.Culprit);
        }
        else
        {
            Log.CommunicatorFailed(logger, failure.Cause, id, failure.Operation, failure.Step, failure.Detail);
        }
    }
}
