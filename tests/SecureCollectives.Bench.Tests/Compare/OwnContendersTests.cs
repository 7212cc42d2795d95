using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class OwnContendersTests
{
    [Theory]
    [InlineData("allreduce", "memory", "plaintext", null, "ours-memory-plaintext")]
    [InlineData("allreduce", "memory", "aead", null, "ours-memory-aead")]
    [InlineData("allgather", "tcp", "aead", "auto", "ours-tcp-aead")]
    [InlineData("allgather", "tcp", "plaintext", "system", "ours-tcp-plaintext-untuned")]
    [InlineData("reducescatter", "tcp", "plaintext", "auto", "ours-tcp-plaintext")]
    [InlineData("allreduce-async", "memory", "aead", null, "ours-memory-aead-async")]
    [InlineData("allreduce-async", "tcp", "plaintext", "auto", "ours-tcp-plaintext-async")]
    public void Of_RowOfTheBench_IsTheContenderOfItsWay(
        string collective, string transport, string protection, string? congestion, string expected)
    {
        var contender = OwnContenders.Of(
            TestRows.Aead with { Collective = collective, Transport = transport, Protection = protection, Congestion = congestion });

        Assert.Equal((expected, transport), (contender.Key, contender.Medium));
    }

    [Fact]
    public void CollectiveOf_AsynchronousForm_StandsBesideTheSynchronousOne() =>
        Assert.Equal(ComparedCollective.AllReduce,
            OwnContenders.CollectiveOf(TestRows.Aead with { Collective = OwnContenders.AllReduceAsync }));

    [Fact]
    public void CollectiveOf_EveryOther_IsItsOwn() => Assert.All(
        ComparedCollective.All.Names, collective =>
            Assert.Equal(collective, OwnContenders.CollectiveOf(TestRows.Aead with { Collective = collective })));

    [Fact]
    public void All_Keys_AreDifferentAndNamePlaintextAndAeadOnce()
    {
        Assert.Equal(10, OwnContenders.All.DistinctBy(contender => contender.Key).Count());
        Assert.Equal(["plaintext", "aead"], OwnContenders.Protections);
    }
}
