using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives;

/// <summary>
/// A worker's membership of its job: one control endpoint, one roster. Opens any number of communicators, one after the other or at the same time.
/// </summary>
/// <remarks>Thread-safe. Dispose communicators before the job, or let disposing the job do it.</remarks>
public sealed partial class Job : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Communicator?> _communicators = new(StringComparer.Ordinal);
    private readonly JobOptions _options;
    private readonly JobResources _resources;
    private readonly JobRoster _roster;
    private readonly ILogger _logger;
    private int _isDisposed;

    private Job(JobOptions options, JobResources resources, JobRoster roster)
    {
        _options = options;
        _resources = resources;
        _roster = roster;
        _logger = options.LoggerFactory.CreateLogger<Job>();
    }

    /// <summary>The job's name, from the certificates.</summary>
    public string Name => _resources.Identity.Worker.Job;

    /// <summary>This worker's rank.</summary>
    public int Rank => _options.Rank;

    /// <summary>Number of workers.</summary>
    public int WorldSize => _options.WorldSize;

    /// <summary>SHA-256 of the roster, the same on all ranks and another for every attempt.</summary>
    internal ReadOnlyMemory<byte> SessionId => _roster.SessionId;

    /// <summary>Joins the job: waits until all workers have come and everybody has the same picture of who they are.</summary>
    /// <param name="options">See <see cref="JobOptions.FromEnvironment"/>.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>The membership.</returns>
    /// <exception cref="MembershipException">The worker could not join; the message says why and what to do.</exception>
    public static async Task<Job> JoinAsync(JobOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var resources = await JobResources.StartAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            return new Job(options, resources, await resources.JoinAsync(options, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await resources.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a communicator of all workers. All must open it, with the same id and options.</summary>
    /// <param name="id">Names it within the job: 1 to 255 bytes of UTF-8.</param>
    /// <param name="options">How it works.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>The communicator; dispose it when done.</returns>
    /// <exception cref="MembershipException">It could not be opened; the message says why and what to do.</exception>
    /// <exception cref="InvalidOperationException">A communicator of this id is open.</exception>
    public async Task<Communicator> OpenCommunicatorAsync(string id, CommunicatorOptions options, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(id), LinkTranscript.MaxCommunicatorIdLength, nameof(id));
        options.Validate(_options.AllowPlaintext);
        if (!_communicators.TryAdd(id, null))
        {
            throw new InvalidOperationException($"Communicator '{id}' is open; dispose it first or choose another id.");
        }

        try
        {
            var communicator = await OpenAsync(id, options, cancellationToken).ConfigureAwait(false);
            _communicators[id] = communicator;
            return communicator;
        }
        catch
        {
            _communicators.TryRemove(id, out _);
            throw;
        }
    }

    /// <summary>Disposes the communicators, then leaves the job. Returns within a few seconds, whatever the peers do.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        foreach (var communicator in _communicators.Values)
        {
            if (communicator is not null)
            {
                await communicator.DisposeAsync().ConfigureAwait(false);
            }
        }

        await _resources.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<Communicator> OpenAsync(string id, CommunicatorOptions options, CancellationToken cancellationToken)
    {
        var parameters = new GroupParameters(options);
        if (options.Protection == Protection.UnsafePlaintext)
        {
            Log.PlaintextIsUsed(_logger, id);
        }

        var neighbours = new[] { (Rank + 1) % WorldSize, (Rank + WorldSize - 1) % WorldSize }.Distinct().Where(peer => peer != Rank).ToArray();
        var links = await _resources.OpenLinksAsync(
            neighbours.Select(peer => new LinkRequest(_roster, _resources.Identity.Worker, peer, id, parameters)).ToArray(),
            options.OpenTimeout,
            cancellationToken).ConfigureAwait(false);
        var loop = new Loop($"loop {id}", Rank, WorldSize, parameters.LaneCount, [.. links.Select(link => link.Link)], new LoopOptions(parameters.ChunkBytes));
        Log.CommunicatorWasOpened(_logger, id, Rank, WorldSize, parameters.Protection, parameters.Suite);
        var expiry = LinkExpiry.Watch(loop, Rank, links, TimeProvider.System);
        return new Communicator(id, Rank, WorldSize, parameters.ChunkBytes, options.OperationTimeout, loop, () =>
        {
            expiry?.Dispose();
            _communicators.TryRemove(id, out _);
        });
    }
}
