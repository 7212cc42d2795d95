namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Every collective but AllReduce and AllGather, asynchronous and synchronous, in place and out of place, compared with the
/// <see cref="Reference"/>.
/// </summary>
internal static class FamilyCalls
{
    /// <summary>Makes all calls with one length.</summary>
    /// <param name="member">The communicator of one rank; all ranks make the same calls.</param>
    /// <param name="length">The number of elements in a block.</param>
    /// <param name="roots">The roots for the calls that have one.</param>
    public static async Task AssertAsync(Communicator member, int length, IEnumerable<int> roots)
    {
        await AssertReduceScatterAsync(member, length);
        await AssertAllToAllAsync(member, length);
        await AssertUnequalAsync(member, length);
        foreach (var root in roots)
        {
            await AssertGatherAsync(member, length, root);
            await AssertScatterAsync(member, length, root);
            await AssertBroadcastAsync(member, length, root);
            await AssertReduceAsync(member, length, root);
            await AssertUnequalAsync(member, length, root);
        }
    }

    /// <summary>
    /// Makes each call once, with blocks of <paramref name="length"/> bytes. The expected blocks are computed directly, because building
    /// the whole inputs of all ranks would take longer than the calls.
    /// </summary>
    public static async Task AssertLargeAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var isRoot = rank == root;
        var own = Bytes(rank, 0, length);
        var whole = Bytes(rank, 0, size * length);
        var all = new byte[size * length];
        var part = new byte[length];
        await member.ReduceScatterAsync<byte>(whole, part, ReduceOp.BitwiseXor);
        Assert.True(Xor(size, rank * length, length).AsSpan().SequenceEqual(part));
        await member.AllToAllAsync<byte>(whole, all);
        for (var peer = 0; peer < size; peer++)
        {
            Assert.True(Bytes(peer, rank * length, length).AsSpan().SequenceEqual(all.AsSpan(peer * length, length)));
        }

        await member.GatherAsync<byte>(own, isRoot ? all : default, root);
        for (var peer = 0; isRoot && peer < size; peer++)
        {
            Assert.True(Bytes(peer, 0, length).AsSpan().SequenceEqual(all.AsSpan(peer * length, length)));
        }

        await member.ScatterAsync<byte>(isRoot ? whole : default, part, root);
        Assert.True(Bytes(root, rank * length, length).AsSpan().SequenceEqual(part));
        await member.ReduceAsync<byte>(own, isRoot ? part : default, ReduceOp.BitwiseXor, root);
        Assert.True(!isRoot || Xor(size, 0, length).AsSpan().SequenceEqual(part));
        await member.BroadcastAsync<byte>(own, root);
        Assert.True(Bytes(root, 0, length).AsSpan().SequenceEqual(own));
    }

    private static byte[] Bytes(int rank, int start, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)((((uint)(start + i) * 2_654_435_761) + ((uint)(rank + 1) * 2_246_822_519)) >> 22);
        }

        return bytes;
    }

    private static byte[] Xor(int size, int start, int length)
    {
        var result = new byte[length];
        for (var rank = 0; rank < size; rank++)
        {
            var bytes = Bytes(rank, start, length);
            for (var i = 0; i < length; i++)
            {
                result[i] ^= bytes[i];
            }
        }

        return result;
    }

    private static async Task AssertReduceScatterAsync(Communicator member, int length)
    {
        var (size, rank) = (member.Size, member.Rank);
        var expected = Reference.AllReduce<float>(size, size * length, ReduceOp.Average)[(rank * length)..((rank + 1) * length)];
        var output = new float[length];
        await member.ReduceScatterAsync<float>(Reference.Input<float>(rank, size * length), output, ReduceOp.Average);
        Assert.Equal(expected, output);

        // In place: the output is this rank's block of the input.
        var buffer = Reference.Input<float>(rank, size * length);
        member.ReduceScatter<float>(buffer, buffer.AsSpan(rank * length, length), ReduceOp.Average);
        Assert.Equal(expected, buffer[(rank * length)..((rank + 1) * length)]);
    }

    private static async Task AssertAllToAllAsync(Communicator member, int length)
    {
        var (size, rank) = (member.Size, member.Rank);
        var output = new long[size * length];
        await member.AllToAllAsync<long>(Reference.Input<long>(rank, size * length), output);
        long[] expected =
            [.. Enumerable.Range(0, size).SelectMany(peer => Reference.Input<long>(peer, size * length).Skip(rank * length).Take(length))];
        Assert.Equal(expected, output);
        output.AsSpan().Clear();
        member.AllToAll<long>(Reference.Input<long>(rank, size * length), output);
        Assert.Equal(expected, output);
        var buffer = Reference.Input<long>(rank, size * length);
        await member.AllToAllAsync<long>(buffer);
        Assert.Equal(expected, buffer);
        buffer = Reference.Input<long>(rank, size * length);
        member.AllToAll<long>(buffer.AsSpan());
        Assert.Equal(expected, buffer);
    }

    private static async Task AssertGatherAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var output = new short[rank == root ? size * length : 0];
        await member.GatherAsync<short>(Reference.Input<short>(rank, length), output, root);
        var expected = rank == root ? Reference.AllGather<short>(size, length) : [];
        Assert.Equal(expected, output);
        output.AsSpan().Clear();
        member.Gather<short>(Reference.Input<short>(rank, length), output, root);
        Assert.Equal(expected, output);
    }

    private static async Task AssertScatterAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var input = Reference.Input<byte>(root, rank == root ? size * length : 0);
        var output = new byte[length];
        await member.ScatterAsync<byte>(input, output, root);
        Assert.Equal(Reference.Input<byte>(root, size * length).Skip(rank * length).Take(length), output);
        output.AsSpan().Clear();
        member.Scatter<byte>(input, output, root);
        Assert.Equal(Reference.Input<byte>(root, size * length).Skip(rank * length).Take(length), output);
    }

    private static async Task AssertBroadcastAsync(Communicator member, int length, int root)
    {
        var expected = Reference.Input<double>(root, length);
        var buffer = Reference.Input<double>(member.Rank, length);
        await member.BroadcastAsync<double>(buffer, root);
        Assert.Equal(expected, buffer);
        buffer = Reference.Input<double>(member.Rank, length);
        member.Broadcast<double>(buffer, root);
        Assert.Equal(expected, buffer);
    }

    private static async Task AssertReduceAsync(Communicator member, int length, int root)
    {
        var isRoot = member.Rank == root;
        var expected = isRoot ? Reference.AllReduce<int>(member.Size, length, ReduceOp.Sum) : [];
        var input = Reference.Input<int>(member.Rank, length);
        var output = new int[expected.Length];
        await member.ReduceAsync<int>(input, output, ReduceOp.Sum, root);
        Assert.Equal(expected, output);
        Assert.Equal(Reference.Input<int>(member.Rank, length), input);

        // In place.
        member.Reduce<int>(input, isRoot ? input : [], ReduceOp.Sum, root);
        Assert.Equal(isRoot ? expected : Reference.Input<int>(member.Rank, length), input);
        var average = new float[expected.Length];
        member.Reduce<float>(Reference.Input<float>(member.Rank, length), average, ReduceOp.Average, root);
        Assert.Equal(isRoot ? Reference.AllReduce<float>(member.Size, length, ReduceOp.Average) : [], average);
    }

    /// <summary>Returns each rank's number of elements, from zero for the first rank to the full length for the last.</summary>
    private static int[] Counts(int size, int length) =>
        [.. Enumerable.Range(0, size).Select(rank => rank * length / Math.Max(1, size - 1))];

    private static async Task AssertUnequalAsync(Communicator member, int length)
    {
        var (size, rank) = (member.Size, member.Rank);
        var counts = Counts(size, length);
        var starts = counts.Select((_, peer) => counts.Take(peer).Sum()).ToArray();
        var all = new (byte, int, Half)[counts.Sum()];
        (byte, int, Half)[] Shard(int of) => [.. Reference.Input<int>(of, counts[of]).Select(value => ((byte)of, value, (Half)1))];
        await member.AllGatherVAsync<(byte, int, Half)>(Shard(rank), all, counts);
        Assert.Equal(Enumerable.Range(0, size).SelectMany(Shard), all);

        var expected = Reference.AllReduce<long>(size, counts.Sum(), ReduceOp.Max).Skip(starts[rank]).Take(counts[rank]).ToArray();
        var part = new long[counts[rank]];
        member.ReduceScatterV<long>(Reference.Input<long>(rank, counts.Sum()), part, counts, ReduceOp.Max);
        Assert.Equal(expected, part);
        var buffer = Reference.Input<long>(rank, counts.Sum());
        await member.ReduceScatterVAsync<long>(buffer, buffer.AsMemory(starts[rank], counts[rank]), counts, ReduceOp.Max);
        Assert.Equal(expected, buffer.Skip(starts[rank]).Take(counts[rank]));

        // Rank a sends rank b as many elements as b's count minus a.
        int[] Sent(int from) => [.. counts.Select(count => Math.Max(0, count - from))];
        int[] received = [.. Enumerable.Range(0, size).Select(peer => Sent(peer)[rank])];
        var output = new short[received.Sum()];
        await member.AllToAllVAsync<short>(Reference.Input<short>(rank, Sent(rank).Sum()), Sent(rank), output, received);
        Assert.Equal(
            Enumerable.Range(0, size).SelectMany(
                peer => Reference.Input<short>(peer, Sent(peer).Sum()).Skip(Sent(peer).Take(rank).Sum()).Take(Sent(peer)[rank])), output);
    }

    private static async Task AssertUnequalAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var counts = Counts(size, length);
        var isRoot = rank == root;
        var gathered = new byte[isRoot ? counts.Sum() : 0];
        await member.GatherVAsync<byte>(Reference.Input<byte>(rank, counts[rank]), gathered, isRoot ? counts : [], root);
        Assert.Equal(isRoot ? Enumerable.Range(0, size).SelectMany(peer => Reference.Input<byte>(peer, counts[peer])) : [], gathered);

        var part = new double[counts[rank]];
        member.ScatterV<double>(Reference.Input<double>(root, isRoot ? counts.Sum() : 0), isRoot ? counts : [], part, root);
        Assert.Equal(Reference.Input<double>(root, counts.Sum()).Skip(counts.Take(rank).Sum()).Take(counts[rank]), part);
    }
}
