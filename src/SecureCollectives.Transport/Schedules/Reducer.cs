namespace SecureCollectives.Transport.Schedules;

/// <summary>Combines chunks of one element type with one operator. Stateless.</summary>
internal abstract class Reducer
{
    /// <summary>Sets each element of the target to the combination of the left and the right element.</summary>
    /// <param name="left">The left operands; may be the target itself.</param>
    /// <param name="right">The right operands, of the same length; may be the target itself.</param>
    /// <param name="target">Receives the result; of the same length as the operands.</param>
    public abstract void Reduce(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> target);

    /// <summary>Turns values that combine all ranks into the final result: an average is divided here.</summary>
    /// <param name="target">The combined values, changed in place.</param>
    /// <param name="worldSize">The number of ranks that were combined.</param>
    public virtual void Finish(Span<byte> target, int worldSize)
    {
    }

    /// <summary>
    /// Gives every NaN the same bit pattern. NaNs are the only difference between ranks that compute the same result independently: which
    /// of two NaNs an addition propagates depends on the order of its operands, and that order depends on how vectorised code handles the
    /// ends of a buffer.
    /// </summary>
    public virtual void UnifyNaNs(Span<byte> target)
    {
    }
}
