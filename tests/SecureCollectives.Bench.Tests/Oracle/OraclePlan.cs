namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>
/// The cases for one world size: every call with every type and operator, with random roots. The seed is fixed, so the cases are always the
/// same.
/// </summary>
internal static class OraclePlan
{
    private const int Long = 10_007;

    private static readonly OracleCall[] Reductions = [
        OracleCall.AllReduce, OracleCall.Reduce, OracleCall.ReduceScatter, OracleCall.ReduceScatterV];

    public static IReadOnlyList<OracleCase> Of(int world)
    {
        var (cases, random) = (new List<OracleCase>(), new Random(world));
        foreach (var call in Enum.GetValues<OracleCall>())
        {
            foreach (var type in OracleType.All)
            {
                IReadOnlyList<OracleOperator?> operators = Reductions.Contains(call) ? [.. type.Operators] : [null];
                foreach (var op in operators)
                {
                    Add(call, type, op, Long);
                }
                // Spread the short cases over the operators.
                foreach (var length in new[] { 0, 1, world + 1 })
                {
                    Add(call, type, operators[cases.Count % operators.Count], length);
                }
            }
        }

        return cases;

        void Add(OracleCall call, OracleType type, OracleOperator? op, int length) =>
            cases.Add(new OracleCase(cases.Count, call, type, op, random.Next(world), CountsOf(call, length, world, random), world));
    }

    private static int[] CountsOf(OracleCall call, int length, int world, Random random) => call switch
    {
        OracleCall.ReduceScatterV or OracleCall.GatherV or OracleCall.ScatterV or OracleCall.AllGatherV =>
            Unequal(world, length, random.Next(world)),
        OracleCall.AllToAllV => [.. Enumerable.Range(0, world).SelectMany(_ => Unequal(world, length, random.Next(world)))],
        _ => [length],
    };

    /// <summary>Returns counts from zero to the full length, rotated to begin with the given rank.</summary>
    private static int[] Unequal(int world, int length, int first) =>
        [.. Enumerable.Range(first, world).Select(i => i % world * length / (world - 1))];
}
