using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// What a rank brings to each round, and the digests of what it gets. Inputs follow from round and rank alone, and come again after <see
/// cref="Distinct"/> rounds.
/// </summary>
internal sealed class RoundInputs
{
    public const int Distinct = 8;

    private const int Shift = 1009;

    private readonly float[] _numbers;
    private readonly float[] _buffer;

    /// <param name="rank">Whose.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="bytes">The buffer of AllReduce, and the result of AllGather.</param>
    public RoundInputs(int rank, int worldSize, int bytes)
    {
        Length = bytes / sizeof(float) / worldSize * worldSize;
        _buffer = new float[Length];
        _numbers = new float[Length + (Distinct * Shift)];

        // Of many magnitudes, so that sums in another order have other bits.
        var random = new Random(rank + 1);
        foreach (ref var number in _numbers.AsSpan())
        {
            number = MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-12, 12));
        }
    }

    /// <summary>Elements of the buffer of AllReduce, and of the result of AllGather.</summary>
    public int Length { get; }

    /// <summary>Runs one round.</summary>
    /// <returns>The digest of its result.</returns>
    public async Task<string> RunAsync(Communicator group, int round)
    {
        if (round % 2 == 0)
        {
            Input(round, Length).CopyTo(_buffer);
            await group.AllReduceAsync<float>(_buffer, ReduceOp.Sum);
        }
        else
        {
            await group.AllGatherAsync<float>(Input(round, Length / group.Size), _buffer);
        }

        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_buffer.AsSpan()))[..8]);
    }

    private Memory<float> Input(int round, int length) => _numbers.AsMemory(round % Distinct * Shift, length);
}
