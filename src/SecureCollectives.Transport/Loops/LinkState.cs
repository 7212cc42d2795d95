using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>The state of a loop's link to one peer.</summary>
internal abstract record LinkState
{
    /// <summary>The link carries frames.</summary>
    public sealed record Open(Link Link) : LinkState;

    /// <summary>
    /// There is no link: none has been needed yet, or it was closed because it was idle. The next operation that needs it requests one.
    /// </summary>
    public sealed record Absent(LinkPositions Positions) : LinkState;

    /// <summary>The link has ended and its replacement is awaited. The peer will continue from these positions on the new link.</summary>
    public sealed record Surrendered(LinkPositions Positions) : LinkState;

    /// <summary>The link has ended and will not be replaced.</summary>
    public sealed record Lost(LinkPositions Positions, AbortReason Reason, string Why) : LinkState;
}
