using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Collectives;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;

namespace SecureCollectives.Opening;

/// <summary>
/// Opens communicators: opens the links to the neighbours, starts the loops that own them, and runs a first operation, whose completion
/// tells every rank that all ranks have opened the communicator.
/// </summary>
/// <param name="resources">The job's resources, not owned.</param>
/// <param name="roster">The members of the job and their endpoints.</param>
/// <param name="suites">Chooses the communicators' suites from the roster.</param>
/// <param name="localWorldSize">The number of ranks on this host according to the launcher; 0 if unknown.</param>
/// <param name="localTransport">The transport between workers on a host, for communicators whose options do not choose one.</param>
/// <param name="logger">The logger for the communicator's events.</param>
internal sealed class CommunicatorFactory(
    JobResources resources, JobRoster roster, SuiteChoice suites, int localWorldSize, LocalTransport localTransport, ILogger logger)
{
    private readonly int _rank = resources.Identity.Worker.Rank;
    private readonly int _worldSize = roster.Members.Count;

    /// <summary>Opens a communicator.</summary>
    /// <param name="id">The communicator's id, the same on all ranks.</param>
    /// <param name="members">The members of the communicator, as ranks of the job.</param>
    /// <param name="options">How the communicator works; read before the first await.</param>
    /// <param name="choice">Chooses the communicator's engines.</param>
    /// <param name="cancellationToken">Cancels the attempt; links that are open already are closed.</param>
    /// <exception cref="MembershipException">The communicator could not be opened.</exception>
    public Task<Communicator> OpenAsync(
        string id, GroupMembers members, CommunicatorOptions options, EngineChoice choice, CancellationToken cancellationToken) =>
        Tracing.InAsync(
            Tracing.OpenCommunicator,
            activity =>
            {
                activity.SetTag(Attributes.Communicator, id);
                activity.SetTag(Attributes.Session, CommunicatorTelemetry.Name(roster.SessionId.Span));
                activity.SetTag(Attributes.Rank, members.Rank);
                activity.SetTag(Attributes.WorldSize, members.Count);
                activity.SetTag(Attributes.Protection, options.Protection.ToString());
                activity.SetTag(Attributes.Transport, options.Transport.ToString());
            },
            _ => OpenUntracedAsync(id, members, options, choice, cancellationToken));

    private async Task<Communicator> OpenUntracedAsync(
        string id, GroupMembers members, CommunicatorOptions options, EngineChoice choice, CancellationToken cancellationToken)
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
            var parameters = new GroupParameters(
                options, suite, LocalWorldSize(options, members), ChannelDefault.Of(roster.Members), members);
            if (!parameters.KeyAgreement.UsesMlKem)
            {
                Log.KeysAreNotPostQuantum(logger, id, parameters.KeyAgreement);
            }

            var engines = choice.For(options.Engine, suite);
            var plan = new CommunicatorPlan(
                id, parameters, engines, options.OperationTimeout, options.ReplaceLinksFrom, options.LinkKeeping, options.Hooks,
                    options.CongestionControl);
            var routes = await resources.RoutesAsync(parameters, MayShareMemory(options), cancellationToken).ConfigureAwait(false);
            resources.OpenLinks.BeginOpening(id);
            Communicator communicator;
            try
            {
                var links = await OpenLinksAsync(plan, members, routes, openTimeout, cancellationToken).ConfigureAwait(false);
                (communicator, var channels) = Create(plan, members, links, routes);
                var instance = await ConfirmAsync(
                    communicator, openTimeout - Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
                communicator.Telemetry = new CommunicatorTelemetry(
                    id, members.Rank, members.Count, CommunicatorTelemetry.Name(roster.SessionId.Span), $"{parameters.Protection}",
                    $"{parameters.Transport}");
                channels.KeepOthers((channel, peer) => Request(plan, channel, peer), instance);
            }
            finally
            {
                resources.OpenLinks.EndOpening(id);
            }

            Log.CommunicatorWasOpened(logger, id, members.Rank, members.Count, parameters.Transport, parameters.Protection,
                parameters.Suite, engines.Describe(parameters.Suite));
            return communicator;
        }
        catch (Exception exception) when (exception is IOException or SocketException
            && DescriptorLimit.Exhaustion(exception) is { } exhausted)
        {
            resources.RememberFailedOpen(id, exhausted);
            throw new MembershipException(MembershipError.Configuration, $"Communicator '{id}' cannot be opened. {exhausted}", exception);
        }
        catch (Exception exception)
        {
            resources.RememberFailedOpen(id, exception is MembershipException ? exception.Message : "The attempt was abandoned.");
            throw;
        }
    }

    /// <summary>
    /// Returns whether local lanes may use shared memory, according to the communicator's options or, by default, the job's. A rate limit
    /// works only over the network.
    /// </summary>
    private bool MayShareMemory(CommunicatorOptions options) =>
        (options.LocalTransport == LocalTransport.Automatic ? localTransport : options.LocalTransport) != LocalTransport.Tcp
            && options.Hooks?.BytesPerSecond is null;

    /// <summary>Returns the ranks per host. The launcher's number applies only to a communicator of all the job's ranks.</summary>
    private int LocalWorldSize(CommunicatorOptions options, GroupMembers members) =>
        options.EffectiveLocalWorldSize(members.Count, members.AreAll ? localWorldSize : 1);

    private async Task<(LinkRequest Request, OpenedLink Opened)[]> OpenLinksAsync(
        CommunicatorPlan plan, GroupMembers members, LaneRoutes routes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LinkRequest[] requests =
        [
            .. Enumerable.Range(0, plan.Parameters.Channels).SelectMany(channel => Neighbours
                .OfChannel(channel, members.Rank, members.Count, plan.Parameters.LocalWorldSize)
                .Select(member => Request(plan, channel, members.JobRanks[member]))),
        ];
        return [.. requests.Zip(await resources.OpenLinksAsync(requests, routes, timeout, cancellationToken).ConfigureAwait(false))];
    }

    private LinkRequest Request(CommunicatorPlan plan, int channel, int peer) =>
        new(roster, resources.Identity.Worker, peer, plan.Id, plan.Parameters, plan.Engines) { Channel = (ushort)channel };

    private (Communicator Communicator, CommunicatorChannels Channels) Create(
        CommunicatorPlan plan, GroupMembers members, (LinkRequest Request, OpenedLink Opened)[] links, LaneRoutes routes)
    {
        var parameters = plan.Parameters;
        var keeping = new LinkKeeperParts(
            resources.Control, resources.OpenLinks, routes, opened =>
                plan.Fit(opened, logger), plan.LinkKeeping, resources.Identity.Time, logger);
        var channels = new CommunicatorChannels(plan, keeping, resources.Faults, members, _rank, _worldSize, logger);
        var loops = channels.Start(links);
        var schedules = new ScheduleCache(
            members.Rank,
            members.Count,
            parameters.ChunkBytes,
            parameters.SmallBytes,
            parameters.LocalWorldSize,
            parameters.Channels,
            members: members.AreAll ? null : [.. members.JobRanks]);
        var communicator = new Communicator(plan.Id, members.Rank, members.Count, schedules, plan.OperationTimeout, loops, channels)
        {
            JobRanks = members.JobRanks,
            LocalWorldSize = parameters.LocalWorldSize,
            Suite = parameters.Suite,
            Engine = plan.Engines.Name(parameters.Suite),
            EngineReason = plan.Engines.Reason(parameters.Suite),
            Messaging = channels.Messaging,
            Replacements = keeping.Counters,
            Media = [.. links.Select(static link => link.Opened.Link.Medium).Distinct().Order()],
        };
        return (communicator, channels);
    }

    private static async Task<ReadOnlyMemory<byte>> ConfirmAsync(
        Communicator communicator, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await communicator.ConfirmAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, cancellationToken)
                .ConfigureAwait(false);
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
                $"Communicator '{communicator.Id}' was not opened on all ranks. "
                    + $"{exception.Message} The log of rank {exception.Culprit} may say more.",
                exception);
        }
        catch
        {
            await communicator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
