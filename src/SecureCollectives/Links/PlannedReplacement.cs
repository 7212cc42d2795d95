using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>When to replace a link that still works.</summary>
/// <param name="Lifetime">The age at which it is replaced; null if age does not matter.</param>
/// <param name="Spread">The period over which planned replacements are spread.</param>
/// <param name="Turn">
/// This link's position within that period, from 0 to 1. It keeps links opened or renewed together from being replaced together.
/// </param>
internal sealed record PlannedReplacement(TimeSpan? Lifetime, TimeSpan Spread, double Turn)
{
    /// <summary>The spread is at most 1/10 of the link's lifetime or of its certificates' remaining life.</summary>
    private const int MaxPart = 10;

    /// <summary>
    /// Returns the plan for one link. Only the lower rank considers age, and only for protected links: the lifetime limits the use of keys,
    /// and an unprotected link has none.
    /// </summary>
    public static PlannedReplacement Of(LinkRequest link, LinkKeeperOptions options)
    {
        var ages = link.Initiates && link.Parameters.Protection != ProtectionCode.UnsafePlaintext;
        return new PlannedReplacement(ages ? options.Lifetime : null, options.Spread, Random.Shared.NextDouble());
    }

    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="openedAt">When the link was opened, on the same clock.</param>
    /// <param name="renewedAt">When this worker's certificate was first seen to be newer than the link's; null if it is not.</param>
    /// <param name="left">The remaining life of the link's certificates.</param>
    /// <returns>Why to replace the link now; null if it can stay.</returns>
    public LinkEnd? Due(TimeSpan now, TimeSpan openedAt, TimeSpan? renewedAt, TimeSpan left)
    {
        if (renewedAt is { } renewed && now - renewed >= Delay(left))
        {
            return new LinkEnd(LinkCauseCode.CertificateRenewed, "the certificate with which it was opened has been renewed");
        }

        return Lifetime is { } lifetime && now - openedAt >= lifetime - Delay(lifetime)
            ? new LinkEnd(LinkCauseCode.Age, $"it has reached its lifetime of {lifetime.TotalSeconds:0.###} s")
            : null;
    }

    private TimeSpan Delay(TimeSpan whole) => TimeSpan.FromTicks((long)(Math.Max(0, Math.Min(Spread.Ticks, whole.Ticks / MaxPart)) * Turn));
}
