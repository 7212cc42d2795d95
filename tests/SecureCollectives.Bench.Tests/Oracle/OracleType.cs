namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>An element type that Open MPI also has. Open MPI lacks Half and BFloat16.</summary>
/// <param name="name">The name in the Open MPI program.</param>
/// <param name="bytes">The size of an element.</param>
/// <param name="operators">The operators that reduce it.</param>
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

    /// <summary>Returns random operands for an operator.</summary>
    public abstract byte[] Operands(OracleRandom random, int count, OracleOperator @operator);

    /// <summary>Makes the call on the member's rank.</summary>
    /// <returns>The result.</returns>
    public abstract Task<byte[]> CallAsync(Communicator member, OracleCase wanted);

    /// <summary>Describes the first element of a rank that differs from Open MPI's by more than allowed; null if none does.</summary>
    public abstract string? Difference(OracleCase wanted, int rank, byte[] ours, byte[] theirs);
}
