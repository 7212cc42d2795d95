namespace SecureCollectives.Membership;

/// <summary>How long a connection may last that is kept open: no longer than the certificates that it was made with.</summary>
internal static class ConnectionLife
{
    /// <summary>A connection is made anew when this much of it, in tenths, has passed, so that it is there before the end.</summary>
    private const int RenewAfter = 9;

    private const int Tenths = 10;

    /// <summary>Timers take at most about 49 days; a connection that could live longer is made anew all the same.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>When certificates cannot be renewed in time, connections are not made anew without a pause.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>What is left until the end.</summary>
    /// <param name="now">The time.</param>
    /// <param name="notAfter">When the first of the certificates expires.</param>
    public static TimeSpan Left(DateTimeOffset now, DateTimeOffset notAfter)
    {
        var left = notAfter - now;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }

    /// <summary>When to make the connection anew, with the certificates that there are then.</summary>
    /// <param name="now">When it is made.</param>
    /// <param name="notAfter">When the first of its certificates expires.</param>
    public static TimeSpan UntilRenewal(DateTimeOffset now, DateTimeOffset notAfter)
    {
        var renewal = Left(now, notAfter) * RenewAfter / Tenths;
        return renewal < Shortest ? Shortest : renewal;
    }
}
