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
/// <para>Results are bit-identical on all ranks, with every protection and on every transport, because each element is combined in one
/// fixed order. The order depends only on the buffer's length and element type, the number of ranks,
/// <see cref="CommunicatorOptions.SmallBytes"/>, <see cref="CommunicatorOptions.Channels"/> and
/// <see cref="CommunicatorOptions.LocalWorldSize"/>.</para>
/// <para>AllReduce combines a large buffer around the ring, one rank after the other, and copies the result to all; a hierarchical ring
/// combines first within each host and then between hosts. A small buffer is combined pair by pair, and both ranks of a pair compute the
/// same result. In ReduceScatter, each rank combines its own elements with those that all others send it; with several ranks per host, a
/// large buffer goes around the ring. In Reduce, each rank in turn combines its own elements with the partial result, up to the root; a
/// small buffer is combined along a tree.</para>
/// </remarks>
public abstract class ReduceOp
{
    private const int MaxNameLength = 255;

    /// <summary>An element must fit in one chunk, and the smallest chunk has this many bytes.</summary>
    private const int MaxElementBytes = 4096;

    private protected ReduceOp()
    {
    }

    /// <summary>
    /// The sum. Integers wrap around; <see cref="Half"/> and <see cref="BFloat16"/> are added in float32 and rounded at each hop.
    /// </summary>
    public static ReduceOp Sum { get; } = new BuiltIn(OperatorCode.Sum);

    /// <summary>
    /// The sum divided by the number of ranks. Integer division truncates towards zero, and an integer sum that has overflowed is divided
    /// as is.
    /// </summary>
    public static ReduceOp Average { get; } = new BuiltIn(OperatorCode.Average);

    /// <summary>The IEEE 754 minimum: NaN if any element is NaN; -0 is less than 0.</summary>
    public static ReduceOp Min { get; } = new BuiltIn(OperatorCode.Min);

    /// <summary>The IEEE 754 maximum: NaN if any element is NaN; 0 is greater than -0.</summary>
    public static ReduceOp Max { get; } = new BuiltIn(OperatorCode.Max);

    /// <summary>
    /// The product. Integers wrap around; <see cref="Half"/> and <see cref="BFloat16"/> are multiplied in float32 and rounded at each hop.
    /// </summary>
    public static ReduceOp Product { get; } = new BuiltIn(OperatorCode.Product);

    /// <summary>The bits that are set in the elements of all ranks. For integers only.</summary>
    public static ReduceOp BitwiseAnd { get; } = new BuiltIn(OperatorCode.BitwiseAnd);

    /// <summary>The bits that are set in the element of at least one rank. For integers only.</summary>
    public static ReduceOp BitwiseOr { get; } = new BuiltIn(OperatorCode.BitwiseOr);

    /// <summary>The bits that are set in the elements of an odd number of ranks. For integers only.</summary>
    public static ReduceOp BitwiseXor { get; } = new BuiltIn(OperatorCode.BitwiseXor);

    /// <summary>
    /// Creates an operator that multiplies each rank's elements by that rank's factor and sums the products. For float, double,
    /// <see cref="Half"/> and <see cref="BFloat16"/>.
    /// </summary>
    /// <param name="factor">This rank's factor; ranks may differ. Rounded to float for all types except double.</param>
    /// <returns>The operator, which is immutable and can be used in any number of calls.</returns>
    public static ReduceOp PreScaledSum(double factor) => new PreScaled(factor);

    /// <summary>Creates an operator from a user-defined reduction.</summary>
    /// <typeparam name="T">The element type: any unmanaged type of at most 4096 bytes.</typeparam>
    /// <param name="name">
    /// The reduction's name, 1 to 255 characters. The same on all ranks and different for each reduction: a call in which ranks use
    /// different names fails with <see cref="CollectiveError.CallMismatch"/>.
    /// </param>
    /// <param name="reduction">
    /// Combines elements one by one. It must be associative and commutative (or nearly so, like floating-point addition) and the same code
    /// on all ranks; results are then bit-identical on all ranks. The library calls it from its own threads and from the thread of a
    /// synchronous call, concurrently for several chunks if there are several channels. An exception that it throws fails the operation on
    /// all ranks with <see cref="CollectiveError.ReductionFailed"/> and this rank as the culprit.
    /// </param>
    /// <returns>The operator, which is immutable and can be used in any number of calls.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or the element type is too large.</exception>
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
                $"{typeof(T)} has {ElementType<T>.Size} bytes; elements of a reduction can have at most {MaxElementBytes}.", nameof(T));
        }

        return new Defined<T>(name, reduction);
    }

    /// <summary>The operator's code in the operation descriptor.</summary>
    internal abstract OperatorCode Code { get; }

    /// <summary>Distinguishes operators with the same code; 0 if there is only one.</summary>
    internal virtual ulong Detail => 0;

    /// <summary>Returns the operator's name.</summary>
    public override string ToString() => Code.ToString();

    /// <summary>Returns the reducer for an element type.</summary>
    /// <exception cref="ArgumentException">The operator does not support the element type.</exception>
    internal abstract Reducer ReducerOf<T>()
        where T : unmanaged;

    /// <summary>Whether this rank's elements are multiplied by a factor before they are combined.</summary>
    internal virtual bool Scales => false;

    /// <summary>Multiplies elements by the factor; call it only if <see cref="Scales"/> is true.</summary>
    /// <param name="source">Elements of a type that the operator supports.</param>
    /// <param name="target">Receives the products. Must have the length of the source and may be the same memory.</param>
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
