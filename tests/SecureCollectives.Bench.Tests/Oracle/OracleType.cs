namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>An element type that Open MPI has too. Half and BFloat16 are none.</summary>
/// <param name="name">As Open MPI's program knows it.</param>
/// <param name="bytes">Of an element.</param>
/// <param name="operators">What it can be reduced by.</param>
internal abstract class OracleType(string name, int bytes, IReadOnlyList<OracleOperator> operators)
{
    public static IReadOnlyList<OracleType> All { get; } =
    [
        new OracleInteger<sbyte>("int8"),
        new OracleInteger<byte>("uint8"),
        new OracleInteger<short>("int16"),
        new OracleInteger<ushort>("uint16"),
        new OracleInteger<int>("int32"),
        new OracleInteger<uint>("uint32"),
        new OracleInteger<long>("int64"),
        new OracleInteger<ulong>("uint64"),
        new OracleFloat<float>("float", significantBits: 24),
        new OracleFloat<double>("double", significantBits: 53),
    ];

    public string Name => name;

    public int Bytes => bytes;

    public IReadOnlyList<OracleOperator> Operators => operators;

    /// <summary>Random numbers that an operator may combine.</summary>
    public abstract byte[] Operands(OracleRandom random, int count, OracleOperator @operator);

    /// <summary>Makes the call as this rank.</summary>
    /// <returns>What it gave.</returns>
    public abstract Task<byte[]> CallAsync(Communicator member, OracleCase wanted);

    /// <summary>The first of a rank's elements that differs from Open MPI's by more than it may; null where none does.</summary>
    public abstract string? Difference(OracleCase wanted, int rank, byte[] ours, byte[] theirs);
}
