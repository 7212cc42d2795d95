using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Maintains connections to the two lowest reachable ranks. If this rank is one of them, it needs only the other connection. Connections
/// are opened concurrently in the background and reopened when lost. Thread-safe.
/// </summary>
/// <param name="control">Opens connections.</param>
/// <param name="roster">The roster of the job.</param>
/// <param name="rank">The rank of this worker in the job.</param>
/// <param name="reporter">Handles messages from the arbiters.</param>
/// <param name="logger">The log.</param>
internal sealed class ArbiterConnections(
    ControlPlane control, JobRoster roster, int rank, FaultReporter reporter, ILogger logger) : IAsyncDisposable
{
    /// <summary>The number of arbiters. With two, the second can take over immediately when the first fails.</summary>
    public const int Wanted = 2;

    /// <summary>A verdict with its explanation takes less than 1 KiB.</summary>
    private const int MaxMessageBytes = 4 << 10;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstAnswerTime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, (CancellationTokenSource Stop, Task Task)> _keepers = [];
    private readonly HashSet<int> _outOfReach = [];
    private readonly List<Task> _ending = [];
    private bool _isDisposed;

    /// <summary>Starts opening connections.</summary>
    public void Start() => Balance(null, false);

    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var (stop, task) in _keepers.Values)
            {
                End(stop, task);
            }

            _keepers.Clear();
            tasks = [.. _ending];
        }

        await ((Task)Task.WhenAll(tasks)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Records whether a rank is reachable, and maintains the wanted number of connections to the lowest reachable ranks. Lower ranks that
    /// are unreachable are still retried.
    /// </summary>
    private void Balance(int? about, bool isOutOfReach)
    {
        lock (_gate)
        {
            if (about is { } changed && !(isOutOfReach ? _outOfReach.Add(changed) : _outOfReach.Remove(changed)) && isOutOfReach)
            {
                return;
            }

            var within = 0;
            for (var other = 0; other < roster.Members.Count && !_isDisposed; other++)
            {
                if (within == Wanted)
                {
                    if (_keepers.Remove(other, out var keeper))
                    {
                        _outOfReach.Remove(other);
                        End(keeper.Stop, keeper.Task);
                    }

                    continue;
                }

                if (other != rank && !_keepers.ContainsKey(other))
                {
                    var stop = new CancellationTokenSource();
                    var (peer, token) = (other, stop.Token);
                    _keepers.Add(other, (stop, Task.Run(() => KeepAsync(peer, token), CancellationToken.None)));
                }

                within += _outOfReach.Contains(other) ? 0 : 1;
            }

            _ending.RemoveAll(task => task.IsCompleted);
        }
    }

    private void End(CancellationTokenSource stop, Task task)
    {
        // On another thread, because the task's own thread may be the one that holds the lock.
        _ending.Add(Task.Run(async () =>
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }));
    }

    private async Task KeepAsync(int peer, CancellationToken cancellationToken)
    {
        var pause = MinPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var hasAnswered = false;
            try
            {
                await RunAsync(peer, () => hasAnswered = true, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Log.ArbiterWasLost(logger, peer, exception is RpcException call ? ControlPlane.Words(call) : exception.Message);
            }

            // After a working connection is lost, reconnect once before the rank counts as unreachable.
            pause = hasAnswered ? MinPause : pause * 2 < MaxPause ? pause * 2 : MaxPause;
            if (!hasAnswered && !cancellationToken.IsCancellationRequested)
            {
                Balance(peer, true);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(int peer, Action answered, CancellationToken cancellationToken)
    {
        var member = roster.Members[peer];
        var connection = await control.ConnectAsync(member.EndPoint, member.Id, MaxMessageBytes, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // No connection outlives its certificates. It is replaced before they expire, using the certificates current at that time.
            using var renewal = new CancellationTokenSource(
                ConnectionLife.UntilRenewal(control.Identity.Time.GetUtcNow(), ExpiryOf(connection)), control.Identity.Time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, renewal.Token);
            try
            {
                await connection.CallAsync(
                    async calls =>
                    {
                        using var call = new Wire.Faults.FaultsClient(calls).Watch(cancellationToken: stop.Token);
                        await TalkAsync(peer, call, answered, stop.Token).ConfigureAwait(false);
                        return true;
                    },
                    stop.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (renewal.IsCancellationRequested && !cancellationToken.IsCancellationRequested
                && exception is RpcException or OperationCanceledException)
            {
                Log.ArbiterIsConnectedAnew(logger, peer);
            }
        }
    }

    /// <summary>Returns the earliest expiry of any certificate in this worker's chain or the peer's.</summary>
    private DateTimeOffset ExpiryOf(ClientConnection connection)
    {
        var map = roster.Members[rank].Id.Map;
        return CertificateExpiry.First(ControlPlane.Own(connection.Peer, map), PeerIdentity.Of(connection.Peer.PeerCertificate!, map))
            .NotAfter;
    }

    private async Task TalkAsync(
        int peer, AsyncDuplexStreamingCall<FaultMessage, FaultMessage> call, Action answered, CancellationToken cancellationToken)
    {
        using var channel = new FaultChannel();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, channel.Closing);
        channel.Send(FaultMessages.Greeting(roster));
        channel.Send(FaultMessages.Probe);
        var writing = channel.WriteAsync(message => call.RequestStream.WriteAsync(message, stop.Token), stop.Token);
        try
        {
            if (!await call.ResponseStream.MoveNext(stop.Token).WaitAsync(FirstAnswerTime, stop.Token).ConfigureAwait(false))
            {
                return;
            }

            answered();
            reporter.Connected(peer, channel);
            Balance(peer, false);
            do
            {
                reporter.Received(peer, call.ResponseStream.Current);
            }
            while (await call.ResponseStream.MoveNext(stop.Token).ConfigureAwait(false));
        }
        finally
        {
            reporter.Disconnected(peer, channel);
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
