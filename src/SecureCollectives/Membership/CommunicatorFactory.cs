using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>Opens communicators: links to the ring's neighbours, the loop that owns them, and a first barrier by which all ranks know that all have opened.</summary>
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
        var (openTimeout, operationTimeout, replaceLinksFrom) = (options.OpenTimeout, options.OperationTimeout, options.ReplaceLinksFrom);
        if (options.Protection == Protection.UnsafePlaintext)
        {
            Log.PlaintextIsUsed(logger, id);
        }

        try
        {
            var requests = Neighbours().Select(peer => Request(id, parameters, peer)).ToArray();
            var links = await resources.OpenLinksAsync(requests, openTimeout, cancellationToken).ConfigureAwait(false);
            var communicator = Create(id, parameters, operationTimeout, replaceLinksFrom, links);
            await ConfirmAsync(communicator, openTimeout - Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
            Log.CommunicatorWasOpened(logger, id, _rank, _worldSize, parameters.Transport, parameters.Protection, parameters.Suite);
            return communicator;
        }
        catch (Exception exception)
        {
            resources.RememberFailedOpen(id, exception is MembershipException ? exception.Message : "Its attempt was given up.");
            throw;
        }
    }

    private IEnumerable<int> Neighbours() =>
        new[] { (_rank + 1) % _worldSize, (_rank + _worldSize - 1) % _worldSize }.Distinct().Where(peer => peer != _rank);

    private LinkRequest Request(string id, GroupParameters parameters, int peer) => new(roster, resources.Identity.Worker, peer, id, parameters);

    private Communicator Create(string id, GroupParameters parameters, TimeSpan operationTimeout, long replaceLinksFrom, OpenedLink[] links)
    {
        Loop loop;
        LinkExpiry? expiry = null;
        try
        {
            loop = new Loop(
                $"loop {id}",
                _rank,
                _worldSize,
                parameters.LaneCount,
                [.. links.Select(link => link.Link)],
                new LoopOptions(parameters.ChunkBytes)
                {
                    ReplaceLinksFrom = replaceLinksFrom,
                    OpenLinkAgain = parameters.Protection.UsesTls ? OpenAgainAsync : null,
                },
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

        expiry = LinkExpiry.Watch(loop, _rank, links, TimeProvider.System);
        return new Communicator(id, _rank, _worldSize, parameters.ChunkBytes, operationTimeout, loop, expiry);

        async Task<Link> OpenAgainAsync(int peer, ulong operation, CancellationToken cancellationToken)
        {
            var opened = await OpenLinkAgainAsync(Request(id, parameters, peer) with { Operation = operation }, cancellationToken).ConfigureAwait(false);
            expiry!.Replace(opened);
            return opened.Link;
        }
    }

    /// <summary>Without a time limit of its own: the operation that waits for the link has one.</summary>
    private async Task<OpenedLink> OpenLinkAgainAsync(LinkRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var links = await resources.OpenLinksAsync([request], JobOptions.MaxTimeout, cancellationToken).ConfigureAwait(false);
            Log.LinkWasReplaced(logger, request.CommunicatorId, request.Peer, request.Operation);
            return links[0];
        }
        catch (MembershipException exception)
        {
            throw new LinkOpenException(exception.Message, exception);
        }
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
