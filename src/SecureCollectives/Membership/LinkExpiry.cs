using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>Ends a communicator when the first certificate that opened one of its links expires: no link outlives the identity it was opened for.</summary>
internal static class LinkExpiry
{
    /// <summary>Timers take at most about 49 days.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);

    /// <returns>The watch; null where there is no link.</returns>
    public static IDisposable? Watch(Loop loop, int rank, IReadOnlyList<OpenedLink> links, TimeProvider time)
    {
        if (links.Count == 0)
        {
            return null;
        }

        var first = links.MinBy(link => link.NotAfter)!;
        var left = first.NotAfter - time.GetUtcNow();
        if (left > MaxTimer)
        {
            return null; // Certificates this long-lived outlive any run that this process will see without opening its links again.
        }

        var failure = new OperationFailure(
            AbortReason.AuthenticationFailed,
            first.Link.Peer,
            0,
            0,
            rank,
            $"a certificate of the link between ranks {rank} and {first.Link.Peer} expired at {first.NotAfter:u}; renew certificates before they expire and open a new communicator");
        return time.CreateTimer(_ => loop.Abort(failure), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
