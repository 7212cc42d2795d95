using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Telemetry;

namespace SecureCollectives.Membership;

/// <summary>Opens the links of a communicator.</summary>
/// <param name="control">Calls the peers.</param>
/// <param name="routes">The routes for the links' lanes.</param>
/// <param name="workers">Serves calls from lower ranks.</param>
/// <param name="faults">Finds out whether a rank's process has ended.</param>
/// <param name="logger">The log.</param>
internal sealed class LinkOpening(ControlPlane control, LaneRoutes routes, WorkerService workers, FaultWatch faults, ILogger logger)
{
    /// <summary>
    /// The time after which a peer that has not opened its end of a link is probed. Doubles with each probe, up
    /// to <see cref="LongestWatch"/>.
    /// </summary>
    private static readonly TimeSpan FirstWatch = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWatch = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Opens all given links of one communicator, or none. Peers are called concurrently, but each peer one channel at a time, so that it
    /// sees no more concurrent calls and connections than with a single channel.
    /// </summary>
    /// <param name="requests">The links, ordered by channel; at least one, and all of the same communicator.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The links, in the order of the requests.</returns>
    public async Task<OpenedLink[]> OpenAsync(LinkRequest[] requests, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var hasFailedLately = workers.ForgetFailedOpen(requests[0].CommunicatorId);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var initiator = new LinkInitiator(new LinkAttempt(control, routes, logger), hasFailedLately, logger);
        var expectations = requests.Where(request => !request.Initiates).Select(request => workers.Expect(request, routes)).ToArray();
        var started = Stopwatch.GetTimestamp();
        var last = new Dictionary<int, Task<OpenedLink>>();
        var tasks = new Task<OpenedLink>[requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            var request = requests[i];
            var before = last.GetValueOrDefault(request.Peer);
            tasks[i] = Tracing.InAsync(Tracing.OpenLink, request.Describe, _ => request.Initiates
                ? OpenAsync(request, before)
                : expectations.Single(expectation => expectation.Request == request).TakeAsync(timeout, stop.Token));
            last[request.Peer] = tasks[i];
        }

        Task[] watches =
        [
            .. requests.Zip(tasks).GroupBy(opening => opening.First.PeerMember, opening => opening.Second)
                .Select(peer => WatchAsync(peer.Key, Task.WhenAll(peer), stop.Token)),
        ];
        try
        {
            // The first failure cancels the others and is the one reported.
            await foreach (var task in Task.WhenEach([.. tasks, .. watches]).ConfigureAwait(false))
            {
                await task.ConfigureAwait(false);
            }

            return [.. tasks.Select(task => task.Result)];
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. tasks, .. watches]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var task in tasks.Where(task => task.IsCompletedSuccessfully))
            {
                task.Result.Link.Dispose();
            }

            throw;
        }
        finally
        {
            foreach (var expectation in expectations)
            {
                workers.Forget(expectation);
            }
        }

        async Task<OpenedLink> OpenAsync(LinkRequest request, Task? before)
        {
            if (before is null)
            {
                return await initiator.OpenAsync(request, timeout, stop.Token).ConfigureAwait(false);
            }

            await before.ConfigureAwait(false);
            var left = timeout - Stopwatch.GetElapsedTime(started);
            return await initiator.OpenAsync(request, left > TimeSpan.Zero ? left : TimeSpan.Zero, stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Fails long before the time limit if the peer's process has ended and so will never open its end of a link.</summary>
    /// <exception cref="MembershipException">The process has ended.</exception>
    private async Task WatchAsync(RosterMember peer, Task opening, CancellationToken cancellationToken)
    {
        for (var wait = FirstWatch; !opening.IsCompleted; wait = wait * 2 < LongestWatch ? wait * 2 : LongestWatch)
        {
            await Task.WhenAny(opening, Task.Delay(wait, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (opening.IsCompleted)
            {
                return;
            }

            var ended = faults.HasEndedAsync(peer.Id.Rank);
            if (await Task.WhenAny(opening, ended).ConfigureAwait(false) == ended && await ended.ConfigureAwait(false))
            {
                throw new MembershipException(
                    MembershipError.Unreachable,
                        $"Rank {peer.Id.Rank} has ended: nothing listens at {peer.EndPoint} any more. Its log may say why.");
            }
        }
    }
}
