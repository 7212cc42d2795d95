namespace SecureCollectives.Transport.Lanes;

/// <summary>
/// A lane whose buffer is a ring in memory that both ends map. The lane lends pieces of it: frames are sealed straight into it and opened
/// straight from it.
/// </summary>
/// <remarks>
/// The peer may change lent memory at any moment, so nothing is checked there: headers and tags are copied first, sealed bytes are read
/// once, and only a sealer that never reads back what it has written may write there. Lending and <see cref="Lane.TrySend"/> or
/// <see cref="Lane.TryReceive"/> may alternate; they share one order. Memory that was lent is lent again until it is committed or released,
/// unless the connection ends. A loop that lacks room polls for input only: the descriptor of such a lane becomes readable for bytes and
/// for room.
/// </remarks>
internal abstract class LendingLane : Lane
{
    /// <summary>The longest piece that can be lent, in bytes; the same in both directions and constant.</summary>
    public abstract int LongestLoan { get; }

    /// <summary>
    /// Lends contiguous room for the bytes to send next. Until <see cref="Commit"/> it can be requested again, shorter or longer.
    /// </summary>
    /// <param name="length">The number of bytes; at most <see cref="LongestLoan"/>.</param>
    /// <param name="room">The memory, of that length; empty unless <see cref="LaneOutcome.Moved"/>.</param>
    /// <returns><see cref="LaneOutcome.WouldBlock"/> if there is not enough room at present.</returns>
    public abstract LaneOutcome TryReserve(int length, out Span<byte> room);

    /// <summary>Sends the first <paramref name="length"/> bytes of the lent memory and returns the rest to the lane.</summary>
    public abstract void Commit(int length);

    /// <summary>
    /// Lends the next bytes received, contiguously. Until <see cref="Release"/> they can be requested again, fewer or more.
    /// </summary>
    /// <param name="length">The number of bytes; at most <see cref="LongestLoan"/>.</param>
    /// <param name="bytes">The bytes, of that number; empty unless <see cref="LaneOutcome.Moved"/>.</param>
    /// <returns>
    /// <see cref="LaneOutcome.WouldBlock"/> if fewer bytes have arrived; <see cref="LaneOutcome.Broken"/> if the peer has ended in the
    /// middle of them.
    /// </returns>
    public abstract LaneOutcome TryPeek(int length, out ReadOnlySpan<byte> bytes);

    /// <summary>Returns the first <paramref name="length"/> bytes of the lent memory to the peer: they have been received.</summary>
    public abstract void Release(int length);
}
