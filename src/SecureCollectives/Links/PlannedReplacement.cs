using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>When a link that works is replaced all the same.</summary>
/// <param name="Lifetime">The age at which it is; null where age does not count.</param>
/// <param name="Spread">How much later what is planned may happen.</param>
/// <param name="Turn">This link's place in that time, 0 to 1: links that were opened or renewed together are not replaced together.</param>
internal sealed record PlannedReplacement(TimeSpan? Lifetime, TimeSpan Spread, double Turn)
{
    /// <summary>The spread takes no more than this part of what it spreads.</summary>
    private const int MaxPart = 10;

    /// <summary>The plan for one link. The lower rank decides by age. Age protects keys, and a link without protection has none.</summary>
    public static PlannedReplacement Of(LinkRequest link, LinkKeeperOptions options)
    {
        var ages = link.Initiates && link.Parameters.Protection != ProtectionCode.UnsafePlaintext;
        return new PlannedReplacement(ages ? options.Lifetime : null, options.Spread, Random.Shared.NextDouble());
    }

    /// <param name="now">The time.</param>
    /// <param name="openedAt">When the link was opened.</param>
    /// <param name="renewedAt">When this worker's certificate was seen to have been renewed since; null where it was not.</param>
    /// <param name="left">What is left of the life of the link's certificates.</param>
    /// <returns>Why the link is replaced now; null where it is not.</returns>
    public LinkEnd? Due(TimeSpan now, TimeSpan openedAt, TimeSpan? renewedAt, TimeSpan left)
    {
        if (renewedAt is { } renewed && now - renewed >= Delay(left))
        {
            return new LinkEnd(LinkCauseCode.CertificateRenewed, "the certificate with which it was opened has been renewed");
        }

        return Lifetime is { } lifetime && now - openedAt >= lifetime - Delay(lifetime)
            ? new LinkEnd(LinkCauseCode.Age, $"it is as old as a link becomes, {lifetime.TotalSeconds:0.###} s")
            : null;
    }

    private TimeSpan Delay(TimeSpan whole) => TimeSpan.FromTicks((long)(Math.Max(0, Math.Min(Spread.Ticks, whole.Ticks / MaxPart)) * Turn));
}
