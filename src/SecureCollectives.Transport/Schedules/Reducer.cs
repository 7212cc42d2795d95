namespace SecureCollectives.Transport.Schedules;

/// <summary>Combines two chunks of one element type by one operator. Stateless.</summary>
internal abstract class Reducer
{
    /// <summary>target = operand combined with received, element by element.</summary>
    /// <param name="operand">This rank's values; may be the target itself.</param>
    /// <param name="received">The peer's values; as long as the operand.</param>
    /// <param name="target">Takes the result.</param>
    /// <param name="worldSize">Number of ranks combined, where the result is final; 0 where it is partial.</param>
    public abstract void Reduce(ReadOnlySpan<byte> operand, ReadOnlySpan<byte> received, Span<byte> target, int worldSize);

    /// <summary>
    /// Gives every NaN the same bits. Ranks that compute the same result each for themselves differ in nothing else: which of two NaNs an addition passes on
    /// depends on the order of its operands, and that on how the processor's code takes the ends of a buffer.
    /// </summary>
    public abstract void UnifyNaNs(Span<byte> target);
}
