using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

/// <summary>Tests which passes the peers have.</summary>
public sealed class PeerPassTests
{
    [Theory]
    [InlineData("allreduce,allgather", "gloo-ring,gloo-halving-doubling,gloo-halving-doubling-sync")]
    [InlineData("broadcast", "gloo-tree")]
    [InlineData("reducescatter", "gloo-halving-doubling,gloo-halving-doubling-sync")]
    [InlineData("alltoall", "gloo-direct")]
    [InlineData("allreduce,allgather,broadcast,reducescatter,alltoall",
        "gloo-ring,gloo-tree,gloo-direct,gloo-halving-doubling,gloo-halving-doubling-sync")]
    public void AllOf_Gloo_StartsOnlyWhatHasSomethingToMeasure(string collectives, string expected)
    {
        var options = Fakes.Options() with { Collectives = collectives.Split(',') };

        var passes = PeerPass.AllOf(Peer.Gloo, "gloo-peer", options.Cells(), options);

        Assert.Equal(expected.Split(','), passes.SelectMany(pass => pass.Contenders).Select(contender => contender.Key));
    }
}
