using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareOptionsTests
{
    [Fact]
    public void Cells_Latency_ComesFirstAndSizesFollowForBothCollectives() => Assert.Equal(
        [
            new("allreduce", 4),
            new("allreduce", 1 << 20), new("allreduce", 4 << 20),
            new("allgather", 1 << 20), new("allgather", 4 << 20),
        ],
        Fakes.Options(world: 2, min: 1 << 20, max: 4 << 20).Cells());

    [Fact]
    public void Cells_ChosenCollectives_AreInTheirOrderWithoutLatency() => Assert.Equal(
        [new("alltoall", 1048572), new("broadcast", 1 << 20), new("reducescatter", 1048572)],
        (Fakes.Options(world: 3, min: 1 << 20, max: 1 << 20) with { Collectives = ["alltoall", "broadcast", "reducescatter"] }).Cells());

    [Fact]
    public void Cells_AllGatherThatDoesNotDivide_IsCutDownToWholeShards() =>
        Assert.Contains(new CompareCell("allgather", 1048572), Fakes.Options(world: 3, min: 1 << 20, max: 1 << 20).Cells());

    [Fact]
    public void Cells_AllGatherBelowOneElementARank_IsOneEach() =>
        Assert.Contains(new CompareCell("allgather", 32), Fakes.Options(world: 8, min: 4, max: 4).Cells());
}
