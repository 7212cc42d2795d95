namespace SecureCollectives.Testing.Worker;

/// <summary>Makes a round's call: AllReduce and AllGather in turn, or each call of the family.</summary>
/// <param name="group">The communicator of all ranks.</param>
/// <param name="part">The communicator of the even or the odd ranks; null to make AllReduce and AllGather calls only.</param>
/// <param name="inputs">This rank's inputs and results.</param>
internal sealed class RoundCalls(Communicator group, Communicator? part, RoundInputs inputs)
{
    /// <summary>The prefix of the digest of a result that differs between ranks.</summary>
    private const string Own = "own-";

    private readonly int _block = inputs.Length / group.Size;

    /// <summary>Returns the number of links healed, and of links replaced for any reason, so far.</summary>
    public (long Heals, long Replacements) Counts()
    {
        var (whole, half) = (group.Replacements!, part?.Replacements);
        return (whole.Heals + (half?.Heals ?? 0), whole.Replacements + (half?.Replacements ?? 0));
    }

    /// <summary>Runs one round.</summary>
    /// <returns>The digest of its result.</returns>
    public async Task<string> RunAsync(int round)
    {
        if (part is null)
        {
            await (round % 2 == 0 ? AllReduceAsync(group, round) : AllGatherAsync(round));
            return inputs.Digest();
        }

        var (kind, root) = (round % RoundInputs.Distinct, round % RoundInputs.Distinct % group.Size);
        var isRoot = group.Rank == root;
        switch (kind)
        {
            case 0:
                await AllReduceAsync(group, round);
                return inputs.Digest();
            case 1:
                await AllGatherAsync(round);
                return inputs.Digest();
            case 2:
                await group.BroadcastAsync(isRoot ? inputs.InPlace(round, inputs.Length) : inputs.Output(inputs.Length), root);
                return inputs.Digest();
            case 3:
                await AllReduceCoalescedAsync(round);
                return inputs.Digest();
            case 4:
                await group.ReduceScatterAsync(inputs.Input(round, inputs.Length), inputs.Output(_block), ReduceOp.Sum);
                break;
            case 5:
                await group.ReduceAsync(inputs.Input(round, inputs.Length), inputs.Output(isRoot ? inputs.Length : 0), ReduceOp.Sum, root);
                break;
            case 6:
                await group.GatherAsync(inputs.Input(round, _block), inputs.Output(isRoot ? inputs.Length : 0), root);
                break;
            case 7:
                await group.ScatterAsync(isRoot ? inputs.Input(round, inputs.Length) : default, inputs.Output(_block), root);
                break;
            case 8:
                await group.AllToAllAsync(inputs.Input(round, inputs.Length), inputs.Output(inputs.Length));
                break;
            case 9:
                await AllToAllVAsync(round);
                break;
            case 10:
                await SendReceiveAsync(round);
                break;
            default:
                await AllReduceAsync(part, round);
                break;
        }

        return Own + inputs.Digest();
    }

    private ValueTask AllReduceAsync(Communicator among, int round) =>
        among.AllReduceAsync(inputs.InPlace(round, inputs.Length), ReduceOp.Sum);

    private ValueTask AllGatherAsync(int round) => group.AllGatherAsync(inputs.Input(round, _block), inputs.Output(inputs.Length));

    /// <summary>Reduces tensors whose sizes range from one element to half of all.</summary>
    private ValueTask AllReduceCoalescedAsync(int round)
    {
        var (left, tensors) = (inputs.InPlace(round, inputs.Length), new List<Memory<float>>());
        for (; left.Length > 1; left = left[(left.Length / 2)..])
        {
            tensors.Add(left[..(left.Length / 2)]);
        }

        return group.AllReduceCoalescedAsync<float>([.. tensors, left], ReduceOp.Sum);
    }

    private ValueTask AllToAllVAsync(int round)
    {
        var sent = Enumerable.Range(0, group.Size).Select(peer => Count(group.Rank, peer)).ToArray();
        var received = Enumerable.Range(0, group.Size).Select(peer => Count(peer, group.Rank)).ToArray();
        return group.AllToAllVAsync(inputs.Input(round, sent.Sum()), sent, inputs.Output(received.Sum()), received);

        int Count(int from, int to) => _block - (from * group.Size) - to;
    }

    /// <summary>Exchanges blocks with every other rank, in both directions at the same time.</summary>
    private async Task SendReceiveAsync(int round)
    {
        var (from, to) = (inputs.Input(round, inputs.Length), inputs.Output(inputs.Length));
        var peers = Enumerable.Range(0, group.Size).Where(rank => rank != group.Rank).ToArray();
        await Task.WhenAll([
            .. peers.Select(peer => group.ReceiveAsync(to.Slice(peer * _block, _block), peer, round)),
            .. peers.Select(peer => group.SendAsync(from.Slice(peer * _block, _block), peer, round)),
        ]);
    }
}
