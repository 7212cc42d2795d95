using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Identity;
using SecureCollectives.Telemetry;

namespace SecureCollectives.Membership;

/// <summary>Serves Faults.Watch, the arbiter's end of the persistent connections from other ranks.</summary>
internal sealed class FaultService(WorkerId self, TimeProvider clock, ILogger logger) : Wire.Faults.FaultsBase, IDisposable
{
    private static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<(JobRoster Roster, FaultArbiter Arbiter)> _joined = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Limits the log: any member of the job can cause any number of refusals.</summary>
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>Starts serving calls. Calls that arrived earlier have been waiting for this.</summary>
    public void Serve(JobRoster roster, FaultArbiter arbiter) => _joined.TrySetResult((roster, arbiter));

    /// <summary>Ends all calls.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    public override async Task Watch(
        IAsyncStreamReader<FaultMessage> requestStream, IServerStreamWriter<FaultMessage> responseStream, ServerCallContext context)
    {
        var now = clock.GetUtcNow();
        var caller = ControlPlane.Caller(context, self, now);
        using var channel = new FaultChannel();

        // End the call when the caller's certificate expires. A caller with a renewed certificate will have reconnected by then.
        using var expired = new CancellationTokenSource(ConnectionLife.Left(now, caller.NotAfter), clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, channel.Closing, _stop.Token, expired.Token);
        try
        {
            var (roster, arbiter) = await WaitForJobAsync(stop.Token).ConfigureAwait(false);
            var rank = await GreetAsync(roster, caller.Worker, requestStream, stop.Token).ConfigureAwait(false);
            await TalkAsync(rank, arbiter, channel, requestStream, responseStream, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (stop.IsCancellationRequested
            && exception is (OperationCanceledException or IOException or InvalidOperationException))
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The connection has ended.", exception));
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task<(JobRoster Roster, FaultArbiter Arbiter)> WaitForJobAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _joined.Task.WaitAsync(WorkerService.MaxRosterWait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw ControlPlane.Refusal(StatusCode.Unavailable, $"{self} has not joined its job; try again when it has.");
        }
    }

    private async Task<int> GreetAsync(
        JobRoster roster, WorkerId caller, IAsyncStreamReader<FaultMessage> requests, CancellationToken cancellationToken)
    {
        if (caller.Rank >= roster.Members.Count || caller != roster.Members[caller.Rank].Id || caller == self)
        {
            WatchWasRefused(caller, "it is not another rank of this job");
            Instruments.Refused("identity");
            throw ControlPlane.Refusal(StatusCode.PermissionDenied, $"{caller} is not another rank of this job.");
        }

        bool hasMessage;
        try
        {
            hasMessage = await requests.MoveNext(cancellationToken).WaitAsync(GreetingTime, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            hasMessage = false;
        }

        if (!hasMessage || requests.Current.MessageCase != FaultMessage.MessageOneofCase.Greeting)
        {
            throw ControlPlane.Refusal(StatusCode.InvalidArgument, "The first message must be a greeting.");
        }

        if (!requests.Current.Greeting.SessionId.Span.SequenceEqual(roster.SessionId.Span))
        {
            WatchWasRefused(caller, "it belongs to another session");
            Instruments.Refused("other-session");
            throw ControlPlane.Refusal(
                StatusCode.FailedPrecondition, $"Rank {caller.Rank} belongs to another session: its roster is not this worker's.");
        }

        return caller.Rank;
    }

    private void WatchWasRefused(WorkerId caller, string reason)
    {
        if (_throttle.MayLog(caller.ToString(), reason, out var unlogged))
        {
            Log.WatchWasRefused(logger, caller, reason, unlogged);
        }
    }

    private async Task TalkAsync(
        int rank, FaultArbiter arbiter, FaultChannel channel, IAsyncStreamReader<FaultMessage> requests,
            IServerStreamWriter<FaultMessage> responses, CancellationTokenSource stop)
    {
        arbiter.Connected(rank, channel);
        var writing = channel.WriteAsync(message => responses.WriteAsync(message, stop.Token), stop.Token);
        try
        {
            while (await requests.MoveNext(stop.Token).ConfigureAwait(false))
            {
                if (!arbiter.Received(rank, channel, requests.Current))
                {
                    Log.MessagesWereTooMany(logger, rank);
                    throw ControlPlane.Refusal(StatusCode.ResourceExhausted, $"Rank {rank} sends more messages than a worker needs.");
                }
            }
        }
        finally
        {
            arbiter.Disconnected(rank, channel);
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
