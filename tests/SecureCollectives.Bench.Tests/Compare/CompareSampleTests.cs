using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareSampleTests
{
    [Fact]
    public void OfBatches_SeveralOfACell_GiveTheirMedianAndAllThatIsWrong()
    {
        var samples = CompareSample.OfBatches(
            "gloo-ring", [Batch(1024, 30), Batch(1024, 10, wrong: 2), Batch(4096, 5), Batch(1024, 20, wrong: 1)]);

        Assert.Equal(
            [new CompareSample("gloo-ring", new("allreduce", 1024), 20, 3), new CompareSample("gloo-ring", new("allreduce", 4096), 5, 0)],
            samples);
    }

    private static PeerLine Batch(long bytes, double timeUs, long wrong = 0) => new()
    {
        Peer = "gloo",
        Version = "0.5.0",
        Collective = "allreduce",
        Algorithm = "ring",
        WorldSize = 2,
        Bytes = bytes,
        Iterations = 3,
        TimeUs = timeUs,
        Wrong = wrong,
    };
}
