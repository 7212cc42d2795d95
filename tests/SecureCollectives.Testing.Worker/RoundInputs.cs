using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// What a rank brings to each round, and the digests of what it gets. Inputs follow from round and rank alone, and come again after <see
/// cref="Distinct"/> rounds.
/// </summary>
internal sealed class RoundInputs
{
    public const int Distinct = 12;

    private const int Shift = 1009;

    private readonly float[] _numbers;
    private readonly float[] _result;

    /// <param name="rank">Whose.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="bytes">The larger buffer of each call.</param>
    public RoundInputs(int rank, int worldSize, int bytes)
    {
        Length = bytes / sizeof(float) / worldSize * worldSize;
        _result = new float[Length];
        _numbers = new float[Length + (Distinct * Shift)];

        // Of many magnitudes, so that sums in another order have other bits.
        var random = new Random(rank + 1);
        foreach (ref var number in _numbers.AsSpan())
        {
            number = MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-12, 12));
        }
    }

    /// <summary>Elements of the larger buffer of each call; a multiple of the ranks.</summary>
    public int Length { get; }

    /// <summary>What this rank brings to a round.</summary>
    public ReadOnlyMemory<float> Input(int round, int length) => _numbers.AsMemory(round % Distinct * Shift, length);

    /// <summary>Room for a result, without that of the round before.</summary>
    public Memory<float> Output(int length)
    {
        _result.AsSpan().Fill(float.NaN);
        return _result.AsMemory(0, length);
    }

    /// <summary>The same for a call in place.</summary>
    public Memory<float> InPlace(int round, int length)
    {
        var buffer = Output(length);
        Input(round, length).CopyTo(buffer);
        return buffer;
    }

    /// <summary>The digest of all that a round has written.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_result.AsSpan()))[..8]);
}
