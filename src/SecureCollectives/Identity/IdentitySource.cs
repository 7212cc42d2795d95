using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>
/// The worker's own identity, followed through renewals: each handshake asks for the newest valid snapshot, and at most once a second
/// that question looks at the files. Files that are bad or half written leave the last good snapshot in use and are reported once.
/// </summary>
/// <remarks>Thread-safe. No thread of its own: a worker that makes no handshakes needs no new certificate.</remarks>
internal sealed class IdentitySource : IDisposable
{
    /// <summary>Fingerprints in one message.</summary>
    private const int MaxNamed = 8;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // Longer than any handshake may take: one that began with the old snapshot finishes with it.
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

    // The bad content that was reported last; null when all is well, empty when a file could not be read.
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

    /// <summary>Who we are. No renewal changes it: the rank in the certificate is permanent.</summary>
    public WorkerId Worker { get; }

    public TlsOptionsFactory TlsOptions { get; }

    /// <summary>The clock by which this worker judges certificates, its own and its peers', in handshakes and after them.</summary>
    public TimeProvider Time => _time;

    /// <param name="files">The worker's files.</param>
    /// <param name="time">The time at which certificates have to be valid.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="map">Which identity stands for which rank; null for the default form.</param>
    /// <exception cref="InvalidIdentityException">The files do not make a valid identity now; the message says why and what to
    /// do.</exception>
    public static IdentitySource Open(IdentityFiles files, TimeProvider time, ILogger logger, IdentityMap? map = null)
    {
        using var texts = IdentityTexts.Read(files);
        var first = texts.ToIdentity(time.GetUtcNow(), map);
        Log.IdentityLoaded(logger, first.Worker, first.NotAfter);
        return new IdentitySource(files, time, logger, map, first, texts.Fingerprint);
    }

    /// <summary>The newest valid snapshot. It stays usable for the handshake that is about to begin; do not keep it longer.</summary>
    public WorkerIdentity Newest()
    {
        // Whoever comes while another looks takes what is there instead of waiting for the disk.
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

    /// <summary>Only when no handshake runs any more.</summary>
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
            // Bad content is tried again even when unchanged: a certificate that is not valid yet becomes so.
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
            throw new InvalidIdentityException($"The new certificate is for another worker, {other}. Start that worker anew instead.");
        }

        var old = _newest;
        _retired.Enqueue((old, _time.GetTimestamp()));
        _newest = renewed;
        _inUse = fingerprint;
        Log.IdentityReloaded(_logger, renewed.Worker, renewed.NotAfter);
        TellOfOtherRoots(old, renewed);
    }

    /// <summary>Whom we believe has changed: somebody should be able to see when, and to whom.</summary>
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
