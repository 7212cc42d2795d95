using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>
/// The worker's own identity, kept up to date across renewals. Each handshake requests the newest valid snapshot, and the files are checked
/// for changes at most once a second. If they are invalid or half written, the last valid snapshot stays in use, and the problem is logged
/// once.
/// </summary>
/// <remarks>Thread-safe. No background thread is needed: a worker that makes no handshakes needs no new certificate.</remarks>
internal sealed class IdentitySource : IDisposable
{
    /// <summary>The maximum number of fingerprints in one message.</summary>
    private const int MaxNamed = 8;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // Longer than any handshake, so that a handshake that began with the old snapshot can finish with it.
    private static readonly TimeSpan RetiredLifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _checking = new();
    private readonly IdentityFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IdentityMap? _map;
    private readonly Queue<(WorkerIdentity Identity, long Since)> _retired = new();

    private volatile WorkerIdentity _newest;
    private long _lastCheck;
    private ReadOnlyMemory<byte> _inUse;

    // The fingerprint of the last invalid content that was logged; null if the files are valid, empty if a file could not be read.
    private ReadOnlyMemory<byte>? _reported;

    private IdentitySource(
        IdentityFiles files, TimeProvider time, ILogger logger, IdentityMap? map, WorkerIdentity first, ReadOnlyMemory<byte> fingerprint)
    {
        _map = map;
        _files = files;
        _time = time;
        _logger = logger;
        _newest = first;
        _inUse = fingerprint;
        _lastCheck = time.GetTimestamp();
        Worker = first.Worker;
        TlsOptions = new TlsOptionsFactory(Newest, time.GetUtcNow);
    }

    /// <summary>The identity of this worker. No renewal changes it: the rank in the certificate is permanent.</summary>
    public WorkerId Worker { get; }

    public TlsOptionsFactory TlsOptions { get; }

    /// <summary>The clock for checking the validity of this worker's and its peers' certificates, in handshakes and afterwards.</summary>
    public TimeProvider Time => _time;

    /// <summary>Opens the identity.</summary>
    /// <param name="files">The worker's files.</param>
    /// <param name="time">The clock used to check the validity of certificates.</param>
    /// <param name="logger">The log.</param>
    /// <param name="map">Maps identities to ranks; null for the default form.</param>
    /// <exception cref="InvalidIdentityException">
    /// The files are not currently a valid identity; the message says why and what to do.
    /// </exception>
    public static IdentitySource Open(IdentityFiles files, TimeProvider time, ILogger logger, IdentityMap? map = null)
    {
        using var texts = IdentityTexts.Read(files);
        var first = texts.ToIdentity(time.GetUtcNow(), map);
        Log.IdentityLoaded(logger, first.Worker, first.NotAfter);
        return new IdentitySource(files, time, logger, map, first, texts.Fingerprint);
    }

    /// <summary>Returns the newest valid snapshot. It remains usable for a handshake that starts now; do not keep it any longer.</summary>
    public WorkerIdentity Newest()
    {
        // While one thread checks the files, others take the current snapshot instead of waiting for the disk.
        if (_time.GetElapsedTime(Volatile.Read(ref _lastCheck)) >= CheckInterval && _checking.TryEnter())
        {
            try
            {
                Check();
            }
            finally
            {
                _checking.Exit();
            }
        }

        return _newest;
    }

    /// <summary>Disposes all snapshots. Must not be called while a handshake is in progress.</summary>
    public void Dispose()
    {
        lock (_checking)
        {
            _newest.Dispose();
            while (_retired.TryDequeue(out var retired))
            {
                retired.Identity.Dispose();
            }
        }
    }

    private void Check()
    {
        Volatile.Write(ref _lastCheck, _time.GetTimestamp());
        while (_retired.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.Since) >= RetiredLifetime)
        {
            _retired.Dequeue().Identity.Dispose();
        }

        ReadOnlyMemory<byte> fingerprint = default;
        try
        {
            using var texts = IdentityTexts.Read(_files);
            fingerprint = texts.Fingerprint;
            // Invalid content is retried even if unchanged, because a certificate may not be valid yet.
            if (!fingerprint.Span.SequenceEqual(_inUse.Span))
            {
                Replace(texts.ToIdentity(_time.GetUtcNow(), _map), fingerprint);
            }

            _reported = null;
        }
        catch (InvalidIdentityException e)
        {
            if (_reported is not { } reported || !reported.Span.SequenceEqual(fingerprint.Span))
            {
                _reported = fingerprint;
                Log.IdentityNotReloaded(_logger, _newest.Worker, _newest.NotAfter, e.Message);
            }
        }
    }

    private void Replace(WorkerIdentity renewed, ReadOnlyMemory<byte> fingerprint)
    {
        if (renewed.Worker != Worker)
        {
            var other = renewed.Worker.ToString();
            renewed.Dispose();
            throw new InvalidIdentityException($"The new certificate is for another worker, {other}. Start that worker with it instead.");
        }

        var old = _newest;
        _retired.Enqueue((old, _time.GetTimestamp()));
        _newest = renewed;
        _inUse = fingerprint;
        Log.IdentityReloaded(_logger, renewed.Worker, renewed.NotAfter);
        TellOfOtherRoots(old, renewed);
    }

    /// <summary>Logs a change of the trust roots, so that an operator can see when it happened and what changed.</summary>
    private void TellOfOtherRoots(WorkerIdentity old, WorkerIdentity renewed)
    {
        var before = Fingerprints(old);
        var after = Fingerprints(renewed);
        string[] added = [.. after.Except(before)];
        string[] removed = [.. before.Except(after)];
        if (added.Length + removed.Length > 0)
        {
            Log.TrustRootsChanged(_logger, renewed.Worker, Names(added), Names(removed));
        }
    }

    private static string[] Fingerprints(WorkerIdentity identity) =>
        [.. identity.Roots.Select(root => root.GetCertHashString(HashAlgorithmName.SHA256)).Distinct()];

    private static string Names(string[] fingerprints) => fingerprints is [] ? "none"
        : string.Join(", ", fingerprints.Take(MaxNamed)) + (
            fingerprints.Length > MaxNamed ? $" and {fingerprints.Length - MaxNamed} more" : string.Empty);
}
