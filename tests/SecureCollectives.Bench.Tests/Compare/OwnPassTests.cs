using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

/// <summary>Tests which passes our contenders have.</summary>
public sealed class OwnPassTests
{
    [Theory]
    [InlineData("allgather,allreduce", 2)]
    [InlineData("broadcast,reducescatter,alltoall", 1)]
    public void AllOf_LatencyOfAllReduce_HasAStartOfItsOwn(string collectives, int expected)
    {
        var options = Fakes.Options() with { Collectives = collectives.Split(',') };

        Assert.Equal(expected, OwnPass.AllOf(options, TextWriter.Null).Count);
    }
}
