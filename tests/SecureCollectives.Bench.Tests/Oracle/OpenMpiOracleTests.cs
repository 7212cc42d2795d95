namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>
/// Compares our results with those of Open MPI, an independent oracle, on the same random inputs, for each collective that both libraries
/// have. Moved data, integers, minima and maxima are bit-identical; floating-point sums and products differ by no more than rounding
/// allows.
/// </summary>
public sealed class OpenMpiOracleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Collectives_RandomInputs_AreWhatOpenMpiMakesOfThem(int world)
    {
        var program = await OpenMpiOracle.ProgramOrSkipAsync(Token);
        var cases = OraclePlan.Of(world);

        var theirs = await OpenMpiOracle.RunAsync(program, cases, world, Token);
        var ours = await RunOursAsync(cases, world);

        string[] differences =
        [
            .. from rank in Enumerable.Range(0, world)
               from wanted in cases
               let difference = wanted.Type.Difference(wanted, rank, ours[rank][wanted.Number], theirs[rank][wanted.Number])
               where difference is not null
               select difference,
        ];
        Assert.True(differences.Length == 0,
            $"{differences.Length} of {cases.Count * world} results differ:\n{string.Join('\n', differences.Take(20))}");
    }

    /// <summary>Returns our results, by rank and case.</summary>
    private static async Task<byte[][][]> RunOursAsync(IReadOnlyList<OracleCase> cases, int world)
    {
        await using var cluster = new LocalCluster(world);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "oracle", () => Combinations.Options("Tcp Aead"));
        var results = new byte[world][][];
        await LocalCluster.RunAsync(members, async member =>
        {
            results[member.Rank] = new byte[cases.Count][];
            foreach (var wanted in cases)
            {
                results[member.Rank][wanted.Number] = await wanted.Type.CallAsync(member, wanted);
            }
        });
        await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask()));
        return results;
    }
}
