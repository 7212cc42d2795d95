namespace SecureCollectives.Transport.Schedules;

/// <summary>Combines two chunks of one element type by one operator. Stateless.</summary>
internal abstract class Reducer
{
    /// <summary>target = left combined with right, element by element.</summary>
    /// <param name="left">Values of one side; may be the target itself.</param>
    /// <param name="right">Those of the other, as long; may be the target itself.</param>
    /// <param name="target">Takes the result.</param>
    public abstract void Reduce(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> target);

    /// <summary>Makes the result of values that were combined from all ranks: an average is divided here.</summary>
    /// <param name="target">The values.</param>
    /// <param name="worldSize">Number of ranks combined.</param>
    public virtual void Finish(Span<byte> target, int worldSize)
    {
    }

    /// <summary>
    /// Gives every NaN the same bits. Ranks that compute the same result each for themselves differ in nothing else: which of two NaNs an
    /// addition passes on depends on the order of its operands, and that on how the processor's code takes the ends of a buffer.
    /// </summary>
    public virtual void UnifyNaNs(Span<byte> target)
    {
    }
}
