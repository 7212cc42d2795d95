using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Opening;

/// <summary>Opens communicators: links to its neighbours, the loop that owns them, and a first barrier by which all ranks know that all have opened.</summary>
/// <param name="resources">The job's.</param>
/// <param name="roster">Who is in the job.</param>
/// <param name="suites">Chooses the suites of communicators by the roster.</param>
/// <param name="localWorldSize">Ranks of this host by what launched the job; 0 where that is not known.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class CommunicatorFactory(JobResources resources, JobRoster roster, SuiteChoice suites, int localWorldSize, ILogger logger)
{
    private readonly int _rank = resources.Identity.Worker.Rank;
    private readonly int _worldSize = roster.Members.Count;

    /// <param name="id">The communicator's id.</param>
    /// <param name="options">How it works; read before the first wait.</param>
    /// <param name="choice">Chooses its engines.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="MembershipException">It could not be opened.</exception>
    public async Task<Communicator> OpenAsync(string id, CommunicatorOptions options, EngineChoice choice, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var openTimeout = options.OpenTimeout;
        if (options.Protection == Protection.UnsafePlaintext)
        {
            Log.PlaintextIsUsed(logger, id);
        }

        try
        {
            var suite = ((ProtectionCode)options.Protection).SealsFrames ? suites.For(options.Suite) : SuiteCode.None;
            var parameters = new GroupParameters(options, suite, options.EffectiveLocalWorldSize(_worldSize, localWorldSize));
            if (!parameters.KeyAgreement.UsesMlKem)
            {
                Log.KeysAreNotPostQuantum(logger, id, parameters.KeyAgreement);
            }

            var engines = choice.For(options.Engine, suite);
            var plan = new CommunicatorPlan(
                id, parameters, engines, options.OperationTimeout, options.ReplaceLinksFrom, options.LinkKeeping, options.Fitting, options.CongestionControl);
            var requests = Neighbours.Of(_rank, _worldSize, parameters.LocalWorldSize).Select(peer => Request(plan, peer)).ToArray();
            var links = await resources.OpenLinksAsync(requests, openTimeout, cancellationToken).ConfigureAwait(false);
            var transport = await resources.TransportAsync(parameters, cancellationToken).ConfigureAwait(false);
            var communicator = Create(plan, requests, links, transport);
            await ConfirmAsync(communicator, openTimeout - Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
            Log.CommunicatorWasOpened(logger, id, _rank, _worldSize, parameters.Transport, parameters.Protection, parameters.Suite, engines.Describe(parameters.Suite));
            return communicator;
        }
        catch (Exception exception)
        {
            resources.RememberFailedOpen(id, exception is MembershipException ? exception.Message : "Its attempt was given up.");
            throw;
        }
    }

    private LinkRequest Request(CommunicatorPlan plan, int peer) =>
        new(roster, resources.Identity.Worker, peer, plan.Id, plan.Parameters, plan.Engines);

    private Communicator Create(CommunicatorPlan plan, LinkRequest[] requests, OpenedLink[] links, LaneTransport transport)
    {
        var parameters = plan.Parameters;
        var keeper = new LinkKeeper(
            plan.Id,
            new LinkKeeperParts(
                resources.Control, resources.OpenLinks, transport, opened => plan.Fit(opened, logger), plan.LinkKeeping, TimeProvider.System, logger));
        var watch = resources.Faults.Open(plan.Id);
        Loop loop;
        try
        {
            loop = new Loop(
                $"loop {plan.Id}",
                _rank,
                _worldSize,
                parameters.LaneCount,
                [.. links.Select(link => plan.Fit(link, logger))],
                new LoopOptions(parameters.ChunkBytes, parameters.SmallBytes)
                {
                    // Where there are no keys, none wear out.
                    ReplaceLinksFrom = parameters.Protection == ProtectionCode.UnsafePlaintext ? long.MaxValue : plan.ReplaceLinksFrom,
                    LinkKeeper = keeper,
                    Attribution = watch,
                },
                failure =>
                {
                    var isClosed = failure.Reason == AbortReason.Closed && failure.Culprit == _rank;
                    keeper.Stop(isClosed ? "This worker has closed the communicator." : $"The communicator has failed here: {failure.Detail}", isClosed);
                    resources.Faults.Close(watch);
                    LogEnd(plan.Id, failure);
                });
            watch.Attach(loop);
        }
        catch
        {
            resources.Faults.Close(watch);
            foreach (var link in links)
            {
                link.Link.Dispose();
            }

            throw;
        }

        keeper.Start(loop, [.. requests.Select(request => (request, links.Single(link => link.Link.Peer == request.Peer)))], loop.Abort);
        var schedules = new ScheduleCache(_rank, _worldSize, parameters.ChunkBytes, parameters.SmallBytes, parameters.LocalWorldSize);
        return new Communicator(plan.Id, _rank, _worldSize, schedules, plan.OperationTimeout, loop, keeper)
        {
            LocalWorldSize = parameters.LocalWorldSize,
            Suite = parameters.Suite,
            Engine = plan.Engines.Name(parameters.Suite),
            EngineReason = plan.Engines.Reason(parameters.Suite),
            Replacements = keeper.Counters,
        };
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
