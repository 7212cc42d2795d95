namespace SecureCollectives.Membership;

/// <summary>The lifetime of a persistent connection, which ends with the certificates that opened it at the latest.</summary>
internal static class ConnectionLife
{
    /// <summary>A connection is renewed after this many tenths of its lifetime, so that the next one is ready before it ends.</summary>
    private const int RenewAfter = 9;

    private const int Tenths = 10;

    /// <summary>Timers take at most about 49 days, so a connection that could live longer is renewed as well.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>The minimum pause between connections, for certificates that are not renewed in time.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Returns the time until the expiry, between zero and the longest timer.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="notAfter">The time at which the first of the certificates expires.</param>
    public static TimeSpan Left(DateTimeOffset now, DateTimeOffset notAfter)
    {
        var left = notAfter - now;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }

    /// <summary>Returns when to replace the connection by one with the newest certificates.</summary>
    /// <param name="now">The time at which it is opened.</param>
    /// <param name="notAfter">The time at which the first of its certificates expires.</param>
    public static TimeSpan UntilRenewal(DateTimeOffset now, DateTimeOffset notAfter)
    {
        var renewal = Left(now, notAfter) * RenewAfter / Tenths;
        return renewal < Shortest ? Shortest : renewal;
    }
}
