using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Membership;

/// <summary>
/// The transports of a job's lanes, each with a port of its own, started by the first communicator that needs it. The one place that knows which there
/// are: everything above asks by <see cref="LaneKind"/>, everything below is a <see cref="LaneTransport"/>.
/// </summary>
internal sealed class LaneTransports(LaneTransportOptions options, WorkerId self, ILogger logger) : IAsyncDisposable
{
    private static readonly Dictionary<LaneKind, StartLaneTransport> Built = new()
    {
        [new LaneKind(TransportCode.Tcp, Tls: false)] = TcpTransport.StartAsync,
        [new LaneKind(TransportCode.Tcp, Tls: true)] = TcpTransport.StartAsync,
        [new LaneKind(TransportCode.Grpc, Tls: false)] = GrpcTransport.StartAsync,
        [new LaneKind(TransportCode.Grpc, Tls: true)] = GrpcTransport.StartAsync,
    };

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<LaneKind, Task<LaneTransport>> _started = [];
    private bool _disposed;

    /// <summary>Whether there are lanes of this kind in this version.</summary>
    public static bool IsBuilt(LaneKind kind) => Built.ContainsKey(kind);

    /// <summary>The transport of a communicator's lanes; starts it if need be.</summary>
    /// <exception cref="MembershipException">It does not exist, or its port cannot be opened.</exception>
    public async Task<LaneTransport> GetAsync(GroupParameters parameters, CancellationToken cancellationToken)
    {
        Task<LaneTransport> starting;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_started.TryGetValue(parameters.Lanes, out starting!) || starting.IsFaulted)
            {
                starting = StartAsync(parameters);
                _started[parameters.Lanes] = starting;
            }
        }

        // Others may need it as well: who gives up leaves it starting.
        return await starting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Task<LaneTransport>[] transports;
        lock (_gate)
        {
            _disposed = true;
            transports = [.. _started.Values];
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var starting in transports)
        {
            await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (starting.IsCompletedSuccessfully)
            {
                await starting.Result.DisposeAsync().ConfigureAwait(false);
            }
        }

        _stop.Dispose();
    }

    private async Task<LaneTransport> StartAsync(GroupParameters parameters)
    {
        var kind = parameters.Lanes;
        if (!Built.TryGetValue(kind, out var start))
        {
            throw new MembershipException(
                MembershipError.Configuration,
                $"Transport {parameters.Transport} with protection {parameters.Protection} is not built into this version; choose another combination on all ranks.");
        }

        try
        {
            var transport = await start(kind.Tls ? options : options with { Tls = null }, _stop.Token).ConfigureAwait(false);
            Log.LanesAreAccepted(logger, self, kind, transport.Port);
            return transport;
        }
        catch (LaneListenException exception)
        {
            throw new MembershipException(
                MembershipError.Address, $"The port for lanes over {kind} cannot be opened. {exception.Message} Set SECURE_COLLECTIVES_BIND_ADDRESS.", exception);
        }
    }
}
