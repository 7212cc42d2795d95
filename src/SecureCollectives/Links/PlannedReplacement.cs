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
    /// <summary>The spread is at most this fraction (1/10) of the time that it spreads.</summary>
    private const int MaxPart = 10;

    /// <summary>
    /// Returns the plan for one link. The lower rank decides by age. Age protects keys, and a link without protection has none.
    /// </summary>
    public static PlannedReplacement Of(LinkRequest link, LinkKeeperOptions options)
    {
        var ages = link.Initiates && link.Parameters.Protection != ProtectionCode.UnsafePlaintext;
        return new PlannedReplacement(ages ? options.Lifetime : null, options.Spread, Random.Shared.NextDouble());
    }

    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="openedAt">When the link was opened, on the same clock.</param>
    /// <param name="renewedAt">When this worker's certificate was seen to be renewed since then; null if it was not.</param>
    /// <param name="left">The remaining life of the link's certificates.</param>
    /// <returns>Why the link is to be replaced now; null if it is not.</returns>
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
