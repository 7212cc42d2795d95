using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>
/// Tracks one end's current link: its age, its certificates, and when to replace it although it still works. Not thread-safe; the time is
/// passed in.
/// </summary>
/// <param name="plan">When to replace a link that still works.</param>
/// <param name="certificates">The certificates with which the first link was opened; null while there is none.</param>
/// <param name="openedAt">When the first link was opened, on the same monotonic clock as <c>now</c>.</param>
internal sealed class LinkLife(PlannedReplacement plan, LinkCertificates? certificates, TimeSpan openedAt)
{
    private TimeSpan? _renewedAt;

    /// <summary>A planned replacement that failed, and when to try it again; null if there is none.</summary>
    private (LinkWant Want, TimeSpan Until)? _postponed;

    /// <summary>The certificates with which the link was opened; null while it is absent.</summary>
    public LinkCertificates? Certificates => certificates;

    /// <summary>Records that another link has been opened.</summary>
    public void Begin(LinkCertificates opened, TimeSpan now)
    {
        (certificates, openedAt) = (opened, now);
        _renewedAt = null;
    }

    /// <summary>Records that the link was closed and is now absent.</summary>
    public void End() => certificates = null;

    /// <summary>
    /// Postpones the planned replacement of a link that still works. If the link fails meanwhile, it is replaced without delay.
    /// </summary>
    public void Postpone(LinkWant want, TimeSpan until) => _postponed = (want, until);

    /// <summary>Returns whether this worker's certificate has been renewed since the link was opened.</summary>
    public bool IsRenewedBy(WorkerIdentity newest) =>
        certificates?.IsRenewedBy(newest) == true;

    /// <summary>Checks the age of the link and of its certificates.</summary>
    /// <param name="number">The number of the current link; a postponement of another link is dropped.</param>
    /// <param name="newest">This worker's newest identity.</param>
    /// <param name="now">The current time on the monotonic clock, for ages.</param>
    /// <param name="utc">The current time in UTC, for the expiry of certificates.</param>
    /// <param name="left">The remaining life of the link's certificates; <see cref="TimeSpan.MaxValue"/> if the link is absent.</param>
    /// <returns>Why to replace the link now; null if it can stay.</returns>
    public LinkEnd? Check(ulong number, WorkerIdentity newest, TimeSpan now, DateTimeOffset utc, out TimeSpan left)
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
        _renewedAt = IsRenewedBy(newest) ? _renewedAt ?? now : null;
        return postponed?.Want.Why ?? plan.Due(now, openedAt, _renewedAt, left);
    }
}
