using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>The code shared by all element types: our calls, and the comparison of bit-identical results.</summary>
internal abstract class OracleNumber<T>(
    string name, IReadOnlyList<OracleOperator> operators) : OracleType(name, Marshal.SizeOf<T>(), operators)
    where T : unmanaged
{
    public sealed override async Task<byte[]> CallAsync(Communicator member, OracleCase wanted)
    {
        var (rank, root, counts) = (member.Rank, wanted.Root, wanted.Counts);
        var isRoot = rank == root;
        var (input, output) = (Elements(wanted.Input(rank)), new T[wanted.Outputs(rank)]);
        // Pre-fill the output, so that an unwritten result cannot be correct by chance.
        MemoryMarshal.AsBytes(output.AsSpan()).Fill(0xa5);
        switch (wanted.Call)
        {
            case OracleCall.AllReduce:
                await member.AllReduceAsync<T>(input, output, wanted.Operator!.Ours);
                break;
            case OracleCall.Reduce:
                await member.ReduceAsync<T>(input, output, wanted.Operator!.Ours, root);
                break;
            case OracleCall.ReduceScatter:
                await member.ReduceScatterAsync<T>(input, output, wanted.Operator!.Ours);
                break;
            case OracleCall.ReduceScatterV:
                await member.ReduceScatterVAsync<T>(input, output, counts, wanted.Operator!.Ours);
                break;
            case OracleCall.Broadcast:
                input.CopyTo(output, 0);
                await member.BroadcastAsync<T>(output, root);
                break;
            case OracleCall.Gather:
                await member.GatherAsync<T>(input, output, root);
                break;
            case OracleCall.GatherV:
                await member.GatherVAsync<T>(input, output, isRoot ? counts : [], root);
                break;
            case OracleCall.Scatter:
                await member.ScatterAsync<T>(input, output, root);
                break;
            case OracleCall.ScatterV:
                await member.ScatterVAsync<T>(input, isRoot ? counts : [], output, root);
                break;
            case OracleCall.AllGather:
                await member.AllGatherAsync<T>(input, output);
                break;
            case OracleCall.AllGatherV:
                await member.AllGatherVAsync<T>(input, output, counts);
                break;
            case OracleCall.AllToAll:
                await member.AllToAllAsync<T>(input, output);
                break;
            case OracleCall.AllToAllV:
                await member.AllToAllVAsync<T>(input, wanted.Sent(rank), output, wanted.Received(rank));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(wanted), wanted.Call, "Our library has no such call.");
        }

        return MemoryMarshal.AsBytes<T>(output).ToArray();
    }

    public sealed override string? Difference(OracleCase wanted, int rank, byte[] ours, byte[] theirs)
    {
        if (ours.Length != theirs.Length)
        {
            return $"{wanted} on rank {rank}: we returned {ours.Length} bytes, Open MPI {theirs.Length}.";
        }

        if (ours.AsSpan().SequenceEqual(theirs))
        {
            return null;
        }

        var (own, other) = (Elements(ours), Elements(theirs));
        var tolerated = Tolerance(wanted, rank);
        for (var i = 0; i < own.Length; i++)
        {
            var same = tolerated is null
                ? ours.AsSpan(i * Bytes, Bytes).SequenceEqual(theirs.AsSpan(i * Bytes, Bytes)) : tolerated(i, own[i], other[i]);
            if (!same)
            {
                return $"{wanted} on rank {rank}: element {i} is {own[i]}, but {other[i]} by Open MPI.";
            }
        }

        return null;
    }

    /// <summary>
    /// Returns a predicate that decides whether two values of an element are close enough, given (position, ours, theirs). Null if they
    /// must be identical.
    /// </summary>
    protected virtual Func<int, T, T, bool>? Tolerance(OracleCase wanted, int rank) => null;

    protected static T[] Elements(byte[] bytes) => MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
