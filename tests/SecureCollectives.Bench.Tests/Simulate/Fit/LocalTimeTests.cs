using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.Simulate.Fit;

public sealed class LocalTimeTests
{
    /// <summary>
    /// Plaintext runs two batches per round but counts only one of them, so that its minimum covers as many batches as the others'
    /// minimums.
    /// </summary>
    [Fact]
    public void Of_Plaintext_IsTheBestOfOneBatchARound() =>
        Assert.Equal(40e-6, LocalTime.Of(TestRows.Plaintext with { Rounds = 2, SamplesUs = [50, 30, 40, 20] }, 1).Seconds, 1e-12);

    [Fact]
    public void Of_Protection_IsTheBestOfAll()
    {
        var time = LocalTime.Of(TestRows.Aead with { Rounds = 4, SamplesUs = [50, 30, 40, 20] }, 2);

        Assert.Equal(new LocalCase(4, 2, 65536, IsSealed: true), time.Case);
        Assert.Equal(20e-6, time.Seconds, 1e-12);
    }

    /// <summary>
    /// Small buffers use recursive doubling for any number of hosts. Measuring them again would check the fit against the data that it came
    /// from.
    /// </summary>
    [Theory]
    [InlineData(1, 4 << 10, true)]
    [InlineData(2, 4 << 10, false)]
    [InlineData(2, 64 << 10, true)]
    [InlineData(4, 64 << 10, false)]
    public void IsOfItsOwn_HostsThatMakeNoDifference_AreNot(int localWorldSize, long bytes, bool expected) =>
        Assert.Equal(expected, new LocalCase(4, localWorldSize, bytes, IsSealed: false).IsOfItsOwn);
}
