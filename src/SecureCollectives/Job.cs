using System.Text;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Opening;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;

namespace SecureCollectives;

/// <summary>
/// A worker's membership in its job, with one control endpoint and one roster. It can open any number of communicators, in sequence or
/// concurrently.
/// </summary>
/// <remarks>Thread-safe. Dispose communicators before the job, or let the job dispose them.</remarks>
public sealed class Job : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<Communicator>> _communicators = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _leaving = new();
    private readonly JobResources _resources;
    private readonly CommunicatorFactory _factory;
    private readonly bool _plaintextAllowed;
    private readonly EngineChoice _engines;
    private bool _disposed;

    private Job(JobOptions options, JobResources resources, JobRoster roster, SuiteChoice suites)
    {
        _resources = resources;
        _plaintextAllowed = options.AllowPlaintext;
        _engines = options.Engines;
        _factory = new CommunicatorFactory(
            resources, roster, suites, options.LocalWorldSize, options.LocalTransport, options.Loggers.CreateLogger<Job>());
        AutomaticSuite = suites.Automatic;
        Rank = resources.Identity.Worker.Rank;
        WorldSize = roster.Members.Count;
        LocalWorldSize = options.LocalWorldSize;
        SessionId = roster.SessionId;
    }

    /// <summary>The job's name, from the certificates.</summary>
    public string Name => _resources.Identity.Worker.Job;

    /// <summary>This worker's rank.</summary>
    public int Rank { get; }

    /// <summary>The number of workers.</summary>
    public int WorldSize { get; }

    /// <summary>The number of workers on this worker's host according to the launcher; 0 if it is not known.</summary>
    internal int LocalWorldSize { get; }

    /// <summary>
    /// The suite that <see cref="CipherSuite.Automatic"/> stands for in this job; none if its workers have no suite in common.
    /// </summary>
    internal SuiteCode AutomaticSuite { get; }

    /// <summary>The SHA-256 of the roster: the same on all ranks, and different for every attempt at the job.</summary>
    internal ReadOnlyMemory<byte> SessionId { get; }

    /// <summary>Joins the job: waits until all workers have joined and agree on the roster.</summary>
    /// <param name="options">
    /// How to join the job; see <see cref="JobOptions.FromEnvironment"/>. Later changes to the object have no effect.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the attempt. Once the task has been cancelled, the attempt has been undone completely.
    /// </param>
    /// <returns>The membership. The caller must dispose it to leave the job.</returns>
    /// <exception cref="MembershipException">The worker could not join; the message says why and what to do.</exception>
    public static async Task<Job> JoinAsync(JobOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Snapshot();
        options.Validate();
        if (options.Place?.Launcher is { } launcher)
        {
            Log.PlaceWasRead(options.Loggers.CreateLogger<Job>(), launcher, options.Rank, options.WorldSize, options.MasterAddress,
                options.MasterPort, options.RunId);
        }

        var needed = DescriptorLimit.InUse() + DescriptorLimit.OfWorker(options.WorldSize);
        if (DescriptorLimit.Complaint($"rank {options.Rank} of {options.WorldSize}", needed, DescriptorLimit.Current()) is { } complaint)
        {
            throw new MembershipException(MembershipError.Configuration, complaint);
        }

        return await Tracing.InAsync(
            Tracing.Join,
            activity =>
            {
                activity.SetTag(Attributes.Rank, options.Rank);
                activity.SetTag(Attributes.WorldSize, options.WorldSize);
            },
            async activity =>
            {
                var job = await JoinUntracedAsync(options, cancellationToken).ConfigureAwait(false);
                activity?.SetTag(Attributes.Job, job.Name);
                activity?.SetTag(Attributes.Session, CommunicatorTelemetry.Name(job.SessionId.Span));
                return job;
            }).ConfigureAwait(false);
    }

    private static async Task<Job> JoinUntracedAsync(JobOptions options, CancellationToken cancellationToken)
    {
        using var limit = new JoinLimit(options.JoinTimeout, options.Clock, cancellationToken);
        var resources = await JobResources.StartAsync(options, limit, cancellationToken).ConfigureAwait(false);
        try
        {
            var roster = await resources.JoinAsync(options).ConfigureAwait(false);
            return new Job(options, resources, roster, ChooseSuites(options, roster));
        }
        catch
        {
            await resources.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Opens a communicator for all workers. All must open it with the same id and options; the task completes when all have.
    /// </summary>
    /// <param name="id">
    /// The communicator's id, 1 to 255 bytes of UTF-8: the same on all ranks, and not in use by another open communicator of the job.
    /// </param>
    /// <param name="options">
    /// How the communicator works; see <see cref="CommunicatorOptions"/>. Later changes to the object have no effect.
    /// </param>
    /// <param name="cancellationToken">Cancels the attempt and frees the id on this rank.</param>
    /// <returns>The communicator, open on all ranks. Dispose it when done; disposing the job disposes it too.</returns>
    /// <exception cref="MembershipException">The communicator could not be opened; the message says why and what to do.</exception>
    /// <exception cref="InvalidOperationException">A communicator with this id is already open.</exception>
    public Task<Communicator> OpenCommunicatorAsync(
        string id, CommunicatorOptions options, CancellationToken cancellationToken = default) =>
        OpenAsync(id, GroupMembers.All(Rank, WorldSize), options, cancellationToken);

    private async Task<Communicator> OpenAsync(
        string id, GroupMembers members, CommunicatorOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(id), LinkTranscript.MaxCommunicatorIdLength, nameof(id));
        options.Validate(_plaintextAllowed, members.Count);
        using var stop = UntilLeaving(cancellationToken);
        Task<Communicator> opening;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_communicators.ContainsKey(id))
            {
                throw new InvalidOperationException($"Communicator '{id}' is already open; dispose it first or choose another id.");
            }

            opening = _factory.OpenAsync(id, members, options, _engines, stop.Token);
            _communicators.Add(id, opening);
        }

        try
        {
            var communicator = await opening.ConfigureAwait(false);
            communicator.Disposed = () => Forget(id, opening);
            communicator.Groups = new GroupOpener(Rank, OpenAsync, _resources.Faults.Know);
            return communicator;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(Job), "The job was disposed while the communicator was being opened.");
        }
        finally
        {
            if (!opening.IsCompletedSuccessfully)
            {
                Forget(id, opening);
            }
        }
    }

    /// <summary>Disposes the communicators, then leaves the job. Returns within a few seconds, whatever the peers do.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<Communicator>[] communicators;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            communicators = [.. _communicators.Values];
        }

        // Cancel openings in progress. All communicators must have ended before the resources that they use are disposed.
        await _leaving.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(communicators.Select(DisposeAsync)).ConfigureAwait(false);
        await _resources.DisposeAsync().ConfigureAwait(false);
        _leaving.Dispose();
    }

    private CancellationTokenSource UntilLeaving(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _disposed
                ? throw new ObjectDisposedException(nameof(Job), "The job was disposed; join it again to open communicators.")
                : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _leaving.Token);
        }
    }

    /// <summary>
    /// Chooses the suites. Logs once why this worker cannot use a suite, and which ranks force the job to use a slower one.
    /// </summary>
    private static SuiteChoice ChooseSuites(JobOptions options, JobRoster roster)
    {
        var logger = options.Loggers.CreateLogger<Job>();
        var local = options.Suites();
        foreach (var lacking in local.Unusable.GroupBy(local.Reason))
        {
            Log.SuitesAreMissing(logger, string.Join(", ", lacking), lacking.Key!);
        }

        var suites = new SuiteChoice(roster.Members, local);
        foreach (var passedOver in suites.PassedOver.GroupBy(static entry => Ranks.Name(entry.Ranks)))
        {
            Log.SuitesWerePassedOver(
                logger, suites.Automatic, string.Join(", ", passedOver.Select(static entry => entry.Suite)), passedOver.Key);
        }

        return suites;
    }

    private static async Task DisposeAsync(Task<Communicator> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Frees an id, unless another attempt already uses it.</summary>
    private void Forget(string id, Task<Communicator> opening)
    {
        lock (_gate)
        {
            if (_communicators.TryGetValue(id, out var current) && current == opening)
            {
                _communicators.Remove(id);
            }
        }
    }
}
