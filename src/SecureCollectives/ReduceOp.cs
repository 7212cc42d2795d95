using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>How a collective combines the ranks' elements.</summary>
/// <remarks>
/// Every result bit is the same on all ranks, in every protection and on every transport. Each element is combined in one fixed order. In
/// AllReduce that goes around the ring, by one rank after the other, in a hierarchical ring on each host and then from host to host, and
/// the result is copied to all; small buffers are combined pair by pair, and both of a pair compute the same. In ReduceScatter each rank
/// combines what all others send it with its own part; where hosts have several ranks it goes around the ring. In Reduce one rank after the
/// other adds its own, up to the root; small buffers go along a tree. Which of them it is, and with it the order, follows from the buffer's
/// length, <see cref="CommunicatorOptions.SmallBytes"/> and
/// <see cref="CommunicatorOptions.LocalWorldSize"/> alone.
/// </remarks>
public abstract class ReduceOp
{
    private const int MaxNameLength = 255;

    /// <summary>An element lies in one chunk, and the smallest chunks have so many bytes.</summary>
    private const int MaxElementBytes = 4096;

    private protected ReduceOp()
    {
    }

    /// <summary>
    /// The sum. Integers wrap around; <see cref="Half"/> and <see cref="BFloat16"/> are added in float32 and rounded at each hop.
    /// </summary>
    public static ReduceOp Sum { get; } = new BuiltIn(OperatorCode.Sum);

    /// <summary>
    /// The sum divided by the number of ranks. Integers are divided towards zero; a sum that overflows its type stays overflowed.
    /// </summary>
    public static ReduceOp Average { get; } = new BuiltIn(OperatorCode.Average);

    /// <summary>The least element, IEEE 754's minimum: NaN where any is NaN, -0 before 0.</summary>
    public static ReduceOp Min { get; } = new BuiltIn(OperatorCode.Min);

    /// <summary>The greatest element, IEEE 754's maximum: NaN where any is NaN, 0 after -0.</summary>
    public static ReduceOp Max { get; } = new BuiltIn(OperatorCode.Max);

    /// <summary>
    /// The product. Integers wrap around; <see cref="Half"/> and <see cref="BFloat16"/> are multiplied in float32 and rounded at each hop.
    /// </summary>
    public static ReduceOp Product { get; } = new BuiltIn(OperatorCode.Product);

    /// <summary>Bits that are set in all ranks' elements. For integers.</summary>
    public static ReduceOp BitwiseAnd { get; } = new BuiltIn(OperatorCode.BitwiseAnd);

    /// <summary>Bits that are set in any rank's element. For integers.</summary>
    public static ReduceOp BitwiseOr { get; } = new BuiltIn(OperatorCode.BitwiseOr);

    /// <summary>Bits that are set in an odd number of the ranks' elements. For integers.</summary>
    public static ReduceOp BitwiseXor { get; } = new BuiltIn(OperatorCode.BitwiseXor);

    /// <summary>
    /// The sum of elements that each rank has multiplied by a factor before, which may be another on each rank. For float, double,
    /// <see cref="Half"/> and <see cref="BFloat16"/>.
    /// </summary>
    /// <param name="factor">This rank's; for all types but double it is rounded to float.</param>
    public static ReduceOp PreScaledSum(double factor) => new PreScaled(factor);

    /// <summary>A reduction of one's own.</summary>
    /// <typeparam name="T">The element type that it combines: any without references, of at most 4096 bytes.</typeparam>
    /// <param name="name">
    /// The same on all ranks, and another for each reduction: ranks that call different ones are told so. Up to 255 characters.
    /// </param>
    /// <param name="reduction">
    /// Combines elements one by one. It must be associative and commute, or nearly so as addition is, and the same code on all ranks: then
    /// every result bit is the same on all. It is called by threads of this library, for several chunks at once where there are several
    /// channels. What it throws fails the operation on all ranks, naming this one (<see cref="CollectiveError.ReductionFailed"/>).
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or too long, or the elements are.</exception>
    public static ReduceOp Define<T>(string name, ReductionFunction<T> reduction)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(reduction);
        if (name.Length > MaxNameLength)
        {
            throw new ArgumentException(
                $"The name of a reduction has {name.Length} characters; at most {MaxNameLength} are allowed.", nameof(name));
        }

        if (ElementType<T>.Size > MaxElementBytes)
        {
            throw new ArgumentException(
                $"{typeof(T)} has {ElementType<T>.Size} bytes; elements of a reduction have at most {MaxElementBytes}.", nameof(T));
        }

        return new Defined<T>(name, reduction);
    }

    /// <summary>What the descriptor says.</summary>
    internal abstract OperatorCode Code { get; }

    /// <summary>What tells operators of one code apart; 0 where there is one.</summary>
    internal virtual ulong Detail => 0;

    /// <summary>The operator's name.</summary>
    public override string ToString() => Code.ToString();

    /// <exception cref="ArgumentException">The type cannot be reduced so.</exception>
    internal abstract Reducer ReducerOf<T>()
        where T : unmanaged;

    /// <summary>Whether this rank's elements are multiplied by a factor before.</summary>
    internal virtual bool Scales => false;

    /// <summary>Multiplies them, where <see cref="Scales"/> says so.</summary>
    /// <param name="source">Elements of a type for which there is a reducer.</param>
    /// <param name="target">As long; may be the source.</param>
    internal virtual void Scale<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged =>
        throw new UnreachableException($"{this} scales nothing.");

    private sealed class BuiltIn(OperatorCode code) : ReduceOp
    {
        internal override OperatorCode Code => code;

        internal override Reducer ReducerOf<T>() => Reducers<T>.Of(code);
    }

    private sealed class PreScaled(double factor) : ReduceOp
    {
        internal override OperatorCode Code => OperatorCode.PreScaledSum;

        internal override bool Scales => true;

        internal override void Scale<T>(ReadOnlySpan<T> source, Span<T> target) => Scaling.Scale(source, factor, target);

        internal override Reducer ReducerOf<T>() => Scaling.Scales<T>()
            ? Reducers<T>.Of(OperatorCode.Sum)
            : throw new ArgumentException($"{typeof(T)} cannot be scaled; {ElementTypes.Floats} can.");
    }

    private sealed class Defined<TElement>(string name, ReductionFunction<TElement> reduction) : ReduceOp
        where TElement : unmanaged
    {
        private readonly DefinedReducer<TElement> _reducer = new(name, reduction);

        internal override OperatorCode Code => OperatorCode.Defined;

        internal override ulong Detail { get; } = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

        public override string ToString() => name;

        internal override Reducer ReducerOf<T>() => typeof(T) == typeof(TElement)
            ? _reducer
            : throw new ArgumentException($"The reduction '{name}' combines {typeof(TElement)}, not {typeof(T)}.");
    }
}
