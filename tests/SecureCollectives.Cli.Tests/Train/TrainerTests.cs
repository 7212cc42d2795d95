using SecureCollectives.Cli.Train;

namespace SecureCollectives.Cli.Tests.Train;

public sealed class TrainerTests
{
    private static readonly DigitsDataset Data = DigitsDataset.LoadEmbedded();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Run_DefaultOptions_ReachesTheExpectedAccuracyWithIdenticalWeights(int workers)
    {
        var results = await TrainAsync(new InProcessGroup(workers), new TrainingOptions());

        Assert.All(results, result => Assert.True(result.TestAccuracy >= 0.95, $"accuracy {result.TestAccuracy}"));
        Assert.All(results, result => Assert.Equal(workers, result.Digests.Length));
        Assert.All(results, result => Assert.Empty(result.DifferingRanks));
    }

    [Fact]
    public async Task Run_OneOrFourWorkers_AccuraciesAgreeWithinHalfAPercentagePoint()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var options = new TrainingOptions { Seed = seed };
            var one = await TrainAsync(new InProcessGroup(1), options);
            var four = await TrainAsync(new InProcessGroup(4), options);
            Assert.InRange(four[0].TestAccuracy, one[0].TestAccuracy - 0.005, one[0].TestAccuracy + 0.005);
        }
    }

    [Fact]
    public async Task Run_Twice_YieldsTheSameBits()
    {
        var options = new TrainingOptions { Epochs = 3 };
        var first = await TrainAsync(new InProcessGroup(3), options);
        var second = await TrainAsync(new InProcessGroup(3), options);
        var otherSeed = await TrainAsync(new InProcessGroup(3), options with { Seed = 2 });

        Assert.Equal(first[0].Digests[0], second[0].Digests[0]);
        Assert.NotEqual(first[0].Digests[0], otherSeed[0].Digests[0]);
    }

    [Fact]
    public async Task Run_OneRankReceivesADifferentAverage_ReportsThatRank()
    {
        var results = await TrainAsync(new InProcessGroup(4) { CorruptedRank = 2 }, new TrainingOptions { Epochs = 1 });

        Assert.All(results, result => Assert.Equal([2], result.DifferingRanks));
    }

    [Fact]
    public async Task Run_MoreWorkersThanImagesInABatch_StillLearns()
    {
        var results = await TrainAsync(new InProcessGroup(8), new TrainingOptions { Batch = 3, Epochs = 3, LearningRate = 0.01f });

        Assert.All(results, result => Assert.True(result.TestAccuracy >= 0.9, $"accuracy {result.TestAccuracy}"));
    }

    [Fact]
    public async Task Run_FourWorkers_OnlyRankZeroReportsAndTheLossFalls()
    {
        var reports = new List<EpochReport>();
        var group = new InProcessGroup(4);
        await group.RunAsync(member => new Trainer(
            new TrainingOptions { Epochs = 4 }, Data, member,
            member.Rank == 0 ? reports.Add : _ => Assert.Fail("A rank other than 0 reported.")).RunAsync(CancellationToken.None));

        Assert.Equal([1, 2, 3, 4], reports.Select(report => report.Epoch));
        Assert.True(reports[3].Loss < reports[0].Loss / 2);
    }

    [Fact]
    public async Task Run_TokenFires_Cancels()
    {
        using var cancellation = new CancellationTokenSource();
        var group = new InProcessGroup(2);
        // Rank 1 never starts, so rank 0 waits in its first AllReduce.
        var waiting = new Trainer(new TrainingOptions(), Data, group[0], _ => { }).RunAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Task<TrainingResult[]> TrainAsync(InProcessGroup group, TrainingOptions options) =>
        group.RunAsync(member => new Trainer(options, Data, member, _ => { }).RunAsync(CancellationToken.None));
}
