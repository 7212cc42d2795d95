namespace SecureCollectives.Testing;

/// <summary>
/// All ranks of a group call AllReduce again and again while somebody attacks its lanes: how each ends, and that none takes a wrong result
/// for a right one.
/// </summary>
internal static class RepeatedAllReduce
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="group">The ranks.</param>
    /// <param name="operations">Calls of each rank, unless one fails.</param>
    /// <param name="length">Elements of each.</param>
    /// <returns>By rank, why a call failed; null where none did.</returns>
    /// <exception cref="InvalidOperationException">A call gave something else than the sum.</exception>
    public static async Task<CollectiveException?[]> RunAsync(MemoryGroup group, int operations, int length)
    {
        var world = group.Members.Length;
        var sum = Enumerable.Range(0, length).Select(element => (element * world) + (world * (world - 1) / 2)).ToArray();
        var failures = new CollectiveException?[world];
        await group.RunAsync(async member =>
        {
            try
            {
                for (var i = 0; i < operations; i++)
                {
                    var buffer = Input(member.Rank, length);
                    await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                    if (!buffer.AsSpan().SequenceEqual(sum))
                    {
                        throw new InvalidOperationException($"Rank {member.Rank} took a wrong result of call {i} for a right one.");
                    }
                }
            }
            catch (CollectiveException exception)
            {
                failures[member.Rank] = exception;
            }
        }).WaitAsync(Limit);
        return failures;
    }

    /// <summary>What a rank brings to each call.</summary>
    public static int[] Input(int rank, int length) => [.. Enumerable.Range(0, length).Select(element => element + rank)];
}
