using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Measuring;

public sealed class MeasuredCollectiveTests
{
    private const int Ranks = 3;
    private const int Count = 1000;
    private const long Bytes = 40_000;

    private static readonly bool[] BothForms = [false, true];

    [Fact]
    public void BusFactor_Ranks_IsThatOfNcclTests()
    {
        Assert.Equal(1.5, new MeasuredAllReduce().BusFactor(4));
        Assert.Equal(1, new MeasuredAllReduce().BusFactor(2));
        Assert.Equal(0.75, new MeasuredAllGather().BusFactor(4));
        Assert.Equal(0.5, new MeasuredAllGather().BusFactor(2));
    }

    [Fact]
    public void Counts_OfASize_AreThoseOfNcclTests()
    {
        Assert.Equal((16384, 16384), (new MeasuredAllReduce().InputCount(65536, 3), new MeasuredAllReduce().OutputCount(65536, 3)));
        Assert.Equal((5461, 16383), (new MeasuredAllGather().InputCount(65536, 3), new MeasuredAllGather().OutputCount(65536, 3)));
        Assert.Equal(65532, new MeasuredAllGather().ActualBytes(65536, 3));
    }

    [Fact]
    public void CountWrong_AllReduce_CountsEachElement()
    {
        var output = new float[Count];
        foreach (var rank in Enumerable.Range(0, Ranks))
        {
            var input = new float[Count];
            InputPattern.Fill(input, rank);
            for (var i = 0; i < Count; i++)
            {
                output[i] += input[i];
            }
        }

        Assert.Equal(0, new MeasuredAllReduce().CountWrong(output, 0, Ranks));
        output[0] = float.NaN;
        output[Count / 2]++;
        output[^1]--;
        Assert.Equal(3, new MeasuredAllReduce().CountWrong(output, 0, Ranks));
    }

    [Fact]
    public void CountWrong_AllGather_SeesElementsOfAnotherPlaceOrRank()
    {
        var output = new float[Ranks * Count];
        foreach (var rank in Enumerable.Range(0, Ranks))
        {
            InputPattern.Fill(output.AsSpan(rank * Count, Count), rank);
        }

        Assert.Equal(0, new MeasuredAllGather().CountWrong(output, 0, Ranks));
        var shifted = output[1..].Append(0).ToArray();
        var swapped = output[Count..].Concat(output[..Count]).ToArray();
        Assert.InRange(new MeasuredAllGather().CountWrong(shifted, 0, Ranks), output.Length * 99 / 100, output.Length);
        Assert.InRange(new MeasuredAllGather().CountWrong(swapped, 0, Ranks), output.Length * 99 / 100, output.Length);
    }

    public static TheoryData<string> Names => [.. SecureCollectives.Bench.Parameters.Names.Collectives.Names];

    /// <summary>Calls each collective as a user would. The result is the expected one, and a single wrong element is counted.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_EveryCollective_GivesWhatItExpects(string name)
    {
        var collective = SecureCollectives.Bench.Parameters.Names.Collectives[name];
        await using var cluster = new LocalCluster(Ranks);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "measured", static () => new CommunicatorOptions());
        var (wrong, altered) = (new long[Ranks], new long[Ranks]);
        await LocalCluster.RunAsync(members, member =>
        {
            var input = new float[collective.InputCount(Bytes, Ranks)];
            var output = new float[collective.OutputCount(Bytes, Ranks)];
            InputPattern.Fill(input, member.Rank);
            foreach (var repeated in BothForms)
            {
                output.AsSpan().Fill(float.NaN);
                if (repeated)
                {
                    collective.Repeat(member, input, output, new double[3]);
                }
                else
                {
                    collective.Call(member, input, output);
                }

                wrong[member.Rank] += collective.CountWrong(output, member.Rank, Ranks);
            }

            output[0]++;
            altered[member.Rank] = collective.CountWrong(output, member.Rank, Ranks);
            return Task.CompletedTask;
        });

        Assert.Equal([0, 0, 0], wrong);
        Assert.All(altered, count => Assert.InRange(count, 0, 1));
        Assert.InRange(altered.Sum(), 1, Ranks);
    }

    /// <summary>The sums of the largest world are exact: float32 represents whole numbers up to 2^24.</summary>
    [Fact]
    public void Pattern_Values_AreSmallEnoughForExactSums()
    {
        const int LargestWorld = 16384;
        const int Largest = 1 << 24;
        var values = Enumerable.Range(0, 100_000).Select(i => InputPattern.At(i % 7, i)).ToArray();

        Assert.True((long)values.Max() * LargestWorld <= Largest);
        Assert.True(values.Min() >= 0);
    }

    [Fact]
    public void Batch_Reports_TakeTheSlowestRankAndAllProcessorTime()
    {
        var batch = BatchResult.Of(
            [BatchResult.Report([1, 2], 3, 10), BatchResult.Report([2, 4], 6, 20), BatchResult.Report([4, 1], 5, 30)]);

        Assert.Equal(3, batch.Seconds);
        Assert.Equal([4, 4], batch.OperationSeconds);
        Assert.Equal(30, batch.ProcessorSeconds);
    }
}
