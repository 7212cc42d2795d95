using SecureCollectives.Cli.Train;

namespace SecureCollectives.Cli.Tests.Train;

public sealed class DigitsTests
{
    [Fact]
    public void LoadEmbedded_RealData_HasAllImagesInRange()
    {
        var data = DigitsDataset.LoadEmbedded();

        Assert.Equal(1797, data.Count);
        var perDigit = new int[DigitsDataset.Classes];
        for (var i = 0; i < data.Count; i++)
        {
            perDigit[data.Label(i)]++;
            foreach (var pixel in data.Image(i))
            {
                Assert.InRange(pixel, 0f, 1f);
            }
        }

        Assert.All(perDigit, count => Assert.InRange(count, 170, 190));
    }

    [Theory]
    [InlineData("1,2,3", "Line 1 has 3 fields instead of 65.")]
    [InlineData("17", "Line 1 has '17' where a number from 0 to 16 is expected.")]
    [InlineData("-1", "Line 1 has '-1' where a number from 0 to 16 is expected.")]
    public void Read_BadLine_NamesIt(string start, string message)
    {
        var line = start.Contains(',') ? start : start + string.Concat(Enumerable.Repeat(",0", DigitsDataset.Pixels));

        Assert.Equal(message, Assert.Throws<FormatException>(() => DigitsDataset.Read(new StringReader(line))).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void TrainingPart_AllRanks_AreDisjointCompleteAndSeparateFromTheTestSet(int size)
    {
        var split = new DigitsSplit(Numbered(1797));
        var parts = Enumerable.Range(0, size).SelectMany(rank => Numbers(split.TrainingPart(rank, size))).ToArray();

        Assert.Equal(1437, split.TrainingCount);
        Assert.Equal(1437, parts.Length);
        Assert.Equal(360, split.Test.Count);
        Assert.Equal(1797, parts.Concat(Numbers(split.Test)).Distinct().Count());
    }

    [Fact]
    public void TrainingPart_PositionOfAnyRank_IsRowPositionDividedBySize()
    {
        var split = new DigitsSplit(Numbered(101));
        var whole = Numbers(split.TrainingPart(0, 1));

        for (var position = 0; position < whole.Length; position++)
        {
            Assert.Equal(whole[position], Numbers(split.TrainingPart(position % 3, 3))[position / 3]);
        }
    }

    [Fact]
    public void GlobalBatch_WholeEpoch_VisitsEachPositionOnceInADifferentOrderPerEpoch()
    {
        var order = new BatchOrder(trainingCount: 1437, batch: 64, seed: 1, epoch: 1);
        var visited = Enumerable.Range(0, order.Steps).SelectMany(step => order.GlobalBatch(step).ToArray()).ToArray();
        var next = new BatchOrder(trainingCount: 1437, batch: 64, seed: 1, epoch: 2);

        Assert.Equal(23, order.Steps);
        Assert.Equal(1437 % 64, order.GlobalBatch(22).Length);
        Assert.Equal(Enumerable.Range(0, 1437), visited.Order());
        Assert.NotEqual(order.GlobalBatch(0).ToArray(), next.GlobalBatch(0).ToArray());
    }

    // Creates images that encode their number in three base-16 pixels.
    private static DigitsDataset Numbered(int count)
    {
        var rest = string.Concat(Enumerable.Repeat(",0", DigitsDataset.Pixels - 2));
        var lines = Enumerable.Range(0, count).Select(i => $"{i / 256},{i / 16 % 16},{i % 16}{rest}");
        return DigitsDataset.Read(new StringReader(string.Join('\n', lines)));
    }

    private static int[] Numbers(DigitsDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => (int)(16 * (256 * data.Image(i)[0] + 16 * data.Image(i)[1] + data.Image(i)[2])))];
}
