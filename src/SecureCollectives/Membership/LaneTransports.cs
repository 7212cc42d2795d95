using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.SharedMemory;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Membership;

/// <summary>
/// The lane transports of a job. Each has its own port and is started by the first communicator that needs it. Only this class knows which
/// transports exist; callers request a <see cref="LaneTransport"/> by <see cref="LaneKind"/>.
/// </summary>
internal sealed class LaneTransports(LaneTransportOptions options, string advertisedHost, WorkerId self, ILogger logger) : IAsyncDisposable
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
    private readonly Dictionary<LaneKind, SharedMemoryTransport?> _memory = [];
    private bool _disposed;

    /// <summary>Returns whether this version supports a kind of lane.</summary>
    public static bool IsBuilt(LaneKind kind) => Built.ContainsKey(kind);

    /// <summary>Returns the routes for a communicator's lanes, starting the transports they need.</summary>
    /// <param name="parameters">The communicator's parameters.</param>
    /// <param name="mayShareMemory">Whether lanes to peers on this host may use shared memory.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="MembershipException">The transport does not exist, or its port cannot be opened.</exception>
    public async Task<LaneRoutes> GetAsync(GroupParameters parameters, bool mayShareMemory, CancellationToken cancellationToken)
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

        // Other communicators may need the transport as well, so cancelling this call does not stop its start.
        var network = await starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        var routes = new LaneRoutes(network, new HostPort(advertisedHost, network.Port));
        return mayShareMemory && parameters.Transport == TransportCode.Tcp ? WithMemory(routes, parameters.Lanes) : routes;
    }

    public async ValueTask DisposeAsync()
    {
        Task<LaneTransport>[] transports;
        lock (_gate)
        {
            _disposed = true;
            foreach (var memory in _memory.Values)
            {
                memory?.Dispose();
            }

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
                $"Transport {parameters.Transport} with protection {parameters.Protection} is not built into this version; "
                    + "choose another combination on all ranks.");
        }

        try
        {
            var transport = await start(OptionsFor(kind), _stop.Token).ConfigureAwait(false);
            Log.LanesAreAccepted(logger, self, kind, transport.Port);
            return transport;
        }
        catch (LaneListenException exception)
        {
            throw new MembershipException(
                MembershipError.Address,
                $"No port for lanes over {kind} can be opened. " + (DescriptorLimit.Exhaustion(exception) ?? $"{exception.Message} "
                    + (exception.PortsAreInUse
                        ? "Widen SECURE_COLLECTIVES_PORT_RANGE." : "Set SECURE_COLLECTIVES_BIND_ADDRESS to an address of this machine.")),
                exception);
        }
    }

    /// <summary>Adds shared memory, started on first use. A system without it is only slower.</summary>
    private LaneRoutes WithMemory(LaneRoutes routes, LaneKind kind)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_memory.TryGetValue(kind, out var memory))
            {
                memory = StartMemory(kind);
                _memory.Add(kind, memory);
            }

            return routes with { Memory = memory, HostMark = memory is null ? default : HostMark.Read() };
        }
    }

    private SharedMemoryTransport? StartMemory(LaneKind kind)
    {
        try
        {
            return SharedMemoryTransport.Start(OptionsFor(kind));
        }
        catch (LaneListenException exception)
        {
            Log.MemoryIsNotShared(logger, exception.Message);
            return null;
        }
    }

    private LaneTransportOptions OptionsFor(LaneKind kind) => kind.Tls ? options : options with { Tls = null };
}
