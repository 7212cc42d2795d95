using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>Where a loop stands with the link to one peer.</summary>
internal abstract record LinkState
{
    /// <summary>It carries frames.</summary>
    public sealed record Open(Link Link) : LinkState;

    /// <summary>
    /// There is none: none was needed yet, or it was closed when it had long been idle. The next operation that needs it asks for one.
    /// </summary>
    public sealed record Absent(LinkPositions Positions) : LinkState;

    /// <summary>It has ended; another is awaited, over which the peer goes on from these positions.</summary>
    public sealed record Surrendered(LinkPositions Positions) : LinkState;

    /// <summary>It has ended, and there will be no other.</summary>
    public sealed record Lost(LinkPositions Positions, AbortReason Reason, string Why) : LinkState;
}
