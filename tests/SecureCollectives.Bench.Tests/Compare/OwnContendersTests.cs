using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class OwnContendersTests
{
    [Theory]
    [InlineData("allreduce", "plaintext", "auto", "ours-plaintext")]
    [InlineData("allreduce", "aead", "auto", "ours-aead")]
    [InlineData("allgather", "plaintext", "system", "ours-plaintext-untuned")]
    [InlineData("allreduce", "aead", "system", "ours-aead-untuned")]
    [InlineData("allreduce-async", "aead", "auto", "ours-aead-async")]
    [InlineData("allreduce-async", "plaintext", "system", "ours-plaintext-async-untuned")]
    public void Of_RowOfTheBench_IsTheContenderOfItsProtectionFormAndCongestionControl(
        string collective, string protection, string congestion, string expected) =>
        Assert.Equal(expected, OwnContenders.Of(TestRows.Aead with { Collective = collective, Protection = protection, Congestion = congestion }).Key);

    [Fact]
    public void CollectiveOf_AsynchronousForm_StandsBesideTheSynchronousOne() =>
        Assert.Equal(CompareCell.AllReduce, OwnContenders.CollectiveOf(TestRows.Aead with { Collective = OwnContenders.AllReduceAsync }));

    [Fact]
    public void All_Keys_AreDifferentAndNamePlaintextAndAeadOnce()
    {
        Assert.Equal(8, OwnContenders.All.DistinctBy(contender => contender.Key).Count());
        Assert.Equal(["plaintext", "aead"], OwnContenders.Protections);
    }
}
