namespace SecureCollectives.Transport.Lanes;

/// <summary>
/// A lane whose buffer is a ring that both ends reach, and that lends pieces of it: frames are sealed straight into it and opened straight
/// from it.
/// </summary>
/// <remarks>
/// The peer may change what is lent at any moment. So nothing is looked at there: headers and tags are copied first, sealed bytes are read
/// once, and only a sealer that never reads back what it has written writes there. Both ways of moving bytes may take turns; they share one
/// order. What was lent once is lent again until it is committed or released, unless the connection ends. A loop that lacks room here polls
/// for input alone: a lane with a descriptor makes it readable for bytes and for room.
/// </remarks>
internal abstract class LendingLane : Lane
{
    /// <summary>The longest piece that can be lent, in each direction; that never changes.</summary>
    public abstract int LongestLoan { get; }

    /// <summary>
    /// Lends room for the bytes that are sent next, in one piece. Until <see cref="Commit"/> it can be asked for again, shorter or longer.
    /// </summary>
    /// <param name="length">At most <see cref="LongestLoan"/>.</param>
    /// <param name="room">So many bytes; empty unless <see cref="LaneOutcome.Moved"/>.</param>
    /// <returns><see cref="LaneOutcome.WouldBlock"/> where there is less room at present.</returns>
    public abstract LaneOutcome TryReserve(int length, out Span<byte> room);

    /// <summary>Sends the first bytes of what was lent; the rest is given back.</summary>
    public abstract void Commit(int length);

    /// <summary>
    /// Lends the bytes that come next, in one piece. Until <see cref="Release"/> they can be asked for again, fewer or more.
    /// </summary>
    /// <param name="length">At most <see cref="LongestLoan"/>.</param>
    /// <param name="bytes">So many bytes; empty unless <see cref="LaneOutcome.Moved"/>.</param>
    /// <returns>
    /// <see cref="LaneOutcome.WouldBlock"/> where fewer are there yet; <see cref="LaneOutcome.Broken"/> where the peer has ended and fewer
    /// are left, but not none.
    /// </returns>
    public abstract LaneOutcome TryPeek(int length, out ReadOnlySpan<byte> bytes);

    /// <summary>Gives back the first bytes of what was lent: they have been received.</summary>
    public abstract void Release(int length);
}
