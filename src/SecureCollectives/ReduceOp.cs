using SecureCollectives.Framing;

namespace SecureCollectives;

/// <summary>How AllReduce combines the ranks' elements.</summary>
/// <remarks>
/// Every result bit is the same on all ranks, in every protection and on every transport. Around the ring each element is combined in one fixed order, by one
/// rank after the other, in a two-level ring on each host and then from host to host, and the result is copied to all; small buffers are combined pair by pair, and both of a
/// pair compute the same. Which of them it is, and with it the order, follows from the buffer's length, <see cref="CommunicatorOptions.SmallBytes"/> and
/// <see cref="CommunicatorOptions.LocalWorldSize"/> alone.
/// </remarks>
public sealed class ReduceOp
{
    private ReduceOp(OperatorCode code) => Code = code;

    /// <summary>The sum. Integers wrap around; <see cref="Half"/> is added in float32 and rounded at each hop.</summary>
    public static ReduceOp Sum { get; } = new(OperatorCode.Sum);

    /// <summary>The sum divided by the number of ranks. Integers are divided towards zero; a sum that overflows its type stays overflowed.</summary>
    public static ReduceOp Average { get; } = new(OperatorCode.Average);

    /// <summary>The least element; NaN where any is NaN.</summary>
    public static ReduceOp Min { get; } = new(OperatorCode.Min);

    /// <summary>The greatest element; NaN where any is NaN.</summary>
    public static ReduceOp Max { get; } = new(OperatorCode.Max);

    /// <summary>The product. Integers wrap around; <see cref="Half"/> is multiplied in float32 and rounded at each hop.</summary>
    public static ReduceOp Product { get; } = new(OperatorCode.Product);

    internal OperatorCode Code { get; }

    /// <summary>The operator's name.</summary>
    public override string ToString() => Code.ToString();
}
