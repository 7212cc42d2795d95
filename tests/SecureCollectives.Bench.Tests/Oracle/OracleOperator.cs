namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>An operator that Open MPI also has.</summary>
/// <param name="Name">The name in the Open MPI program.</param>
/// <param name="Ours">Our operator.</param>
/// <param name="Rounds">Whether floating-point results depend on the order of reduction.</param>
internal sealed record OracleOperator(string Name, ReduceOp Ours, bool Rounds = false)
{
    public static readonly OracleOperator Sum = new("sum", ReduceOp.Sum, Rounds: true);
    public static readonly OracleOperator Product = new("product", ReduceOp.Product, Rounds: true);

    /// <summary>The operators for all numbers.</summary>
    public static IReadOnlyList<OracleOperator> OfNumbers { get; } = [Sum, Product, new("min", ReduceOp.Min), new("max", ReduceOp.Max)];

    /// <summary>The operators for integers.</summary>
    public static IReadOnlyList<OracleOperator> OfIntegers { get; } =
        [.. OfNumbers, new("and", ReduceOp.BitwiseAnd), new("or", ReduceOp.BitwiseOr), new("xor", ReduceOp.BitwiseXor)];
}
