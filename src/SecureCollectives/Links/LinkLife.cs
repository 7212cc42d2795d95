using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>
/// The life of the link that an end has now: how old it is, with which certificates it was opened, and when it is replaced though it works.
/// Not thread-safe; time is an argument.
/// </summary>
/// <param name="plan">When it is replaced.</param>
/// <param name="certificates">What the first link was opened with; null while there is none.</param>
/// <param name="openedAt">When.</param>
internal sealed class LinkLife(PlannedReplacement plan, LinkCertificates? certificates, TimeSpan openedAt)
{
    private TimeSpan? _renewedAt;

    /// <summary>A planned replacement that came to nothing, and when it is wanted again; null where there is none.</summary>
    private (LinkWant Want, TimeSpan Until)? _postponed;

    /// <summary>What the link was opened with; null while it is absent.</summary>
    public LinkCertificates? Certificates => certificates;

    /// <summary>Another link has been opened.</summary>
    public void Begin(LinkCertificates opened, TimeSpan now)
    {
        (certificates, openedAt) = (opened, now);
        _renewedAt = null;
    }

    /// <summary>The link was closed, and is absent.</summary>
    public void End() => certificates = null;

    /// <summary>Puts off what is planned for a link that still serves. If the link fails meanwhile, that is not put off.</summary>
    public void Postpone(LinkWant want, TimeSpan until) => _postponed = (want, until);

    /// <summary>Whether the link was opened with another certificate of this worker's than this.</summary>
    public bool IsRenewedBy(ReadOnlySpan<byte> newestLeafHash) =>
        certificates is not null && !newestLeafHash.SequenceEqual(certificates.OwnLeafHash.Span);

    /// <summary>Looks at the age of the link and of its certificates.</summary>
    /// <param name="number">Which link it is.</param>
    /// <param name="newestLeafHash">SHA-256 of this worker's newest certificate.</param>
    /// <param name="now">The time.</param>
    /// <param name="utc">The same by the calendar.</param>
    /// <param name="left">What is left of the life of its certificates.</param>
    /// <returns>Why it is replaced now; null where it is not.</returns>
    public LinkEnd? Check(ulong number, ReadOnlySpan<byte> newestLeafHash, TimeSpan now, DateTimeOffset utc, out TimeSpan left)
    {
        left = TimeSpan.MaxValue;
        if (certificates is null)
        {
            return null;
        }

        left = certificates.Expiry.NotAfter - utc;
        var postponed = _postponed?.Want.Number == number ? _postponed : null;
        if (now < postponed?.Until)
        {
            return null;
        }

        _postponed = null;
        _renewedAt = IsRenewedBy(newestLeafHash) ? _renewedAt ?? now : null;
        return postponed?.Want.Why ?? plan.Due(now, openedAt, _renewedAt, left);
    }
}
