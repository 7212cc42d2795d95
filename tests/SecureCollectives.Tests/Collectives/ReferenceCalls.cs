namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// AllReduce and AllGather, in place and out of place, asynchronous and synchronous, compared with the <see cref="Reference"/>.
/// </summary>
internal static class ReferenceCalls
{
    public static async Task AssertAsync(Communicator member, int length)
    {
        var buffer = Reference.Input<float>(member.Rank, length);
        await member.AllReduceAsync<float>(buffer, ReduceOp.Sum);
        Assert.Equal(Reference.AllReduce<float>(member.Size, length, ReduceOp.Sum), buffer);

        var input = Reference.Input<float>(member.Rank, length);
        var output = new float[length];
        member.AllReduce<float>(input, output, ReduceOp.Max);
        Assert.Equal(Reference.AllReduce<float>(member.Size, length, ReduceOp.Max), output);
        Assert.Equal(Reference.Input<float>(member.Rank, length), input);

        var all = new float[member.Size * length];
        await member.AllGatherAsync<float>(Reference.Input<float>(member.Rank, length), all);
        Assert.Equal(Reference.AllGather<float>(member.Size, length), all);
    }
}
