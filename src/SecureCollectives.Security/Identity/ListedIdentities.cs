using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Identity;

/// <summary>Identities from a list, one per rank. They do not name the job.</summary>
internal sealed class ListedIdentities : IdentityMap
{
    private readonly WorkerId[] _byRank;
    private readonly FrozenDictionary<string, WorkerId> _byUri;
    private readonly string _job;

    /// <param name="uris">The identities by rank: valid, from one trust domain, without duplicates.</param>
    /// <param name="job">This worker's job.</param>
    public ListedIdentities(IReadOnlyList<string> uris, string job)
    {
        _job = job;
        _byRank = [.. uris.Select((uri, rank) => new WorkerId(this, uri, SpiffeUri.TrustDomainOf(uri), job, rank))];
        _byUri = _byRank.ToFrozenDictionary(static worker => worker.Uri, StringComparer.Ordinal);
        Fingerprint = FingerprintOf(["list", .. uris]);
    }

    public override bool NamesJob => false;

    public override string TrustDomain => _byRank[0].TrustDomain;

    public override string Form => $"one of the {_byRank.Length} in the list of identities";

    public override string Fingerprint { get; }

    public override bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker)
    {
        worker = null;
        return uri is not null && _byUri.TryGetValue(uri, out worker);
    }

    public override WorkerId Create(string trustDomain, string job, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, _byRank.Length);
        return job == _job && trustDomain == _byRank[rank].TrustDomain
            ? _byRank[rank]
            : throw new ArgumentException($"The list of identities is for job '{_job}' and trust domain '{_byRank[rank].TrustDomain}'.");
    }
}
