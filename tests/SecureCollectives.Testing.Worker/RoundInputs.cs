using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// A rank's inputs for each round, and the digests of its results. Inputs depend only on round and rank, and repeat after
/// <see cref="Distinct"/> rounds.
/// </summary>
internal sealed class RoundInputs
{
    public const int Distinct = 12;

    private const int Shift = 1009;

    private readonly float[] _numbers;
    private readonly float[] _result;

    /// <param name="rank">The rank.</param>
    /// <param name="worldSize">The number of ranks.</param>
    /// <param name="bytes">The size of the larger buffer of each call.</param>
    public RoundInputs(int rank, int worldSize, int bytes)
    {
        Length = bytes / sizeof(float) / worldSize * worldSize;
        _result = new float[Length];
        _numbers = new float[Length + (Distinct * Shift)];

        // Use many magnitudes, so that a different order of summation gives different bits.
        var random = new Random(rank + 1);
        foreach (ref var number in _numbers.AsSpan())
        {
            number = MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-12, 12));
        }
    }

    /// <summary>The number of elements in the larger buffer of each call; a multiple of the number of ranks.</summary>
    public int Length { get; }

    /// <summary>Returns this rank's input for a round.</summary>
    public ReadOnlyMemory<float> Input(int round, int length) => _numbers.AsMemory(round % Distinct * Shift, length);

    /// <summary>Returns the buffer for a result, cleared of the previous one.</summary>
    public Memory<float> Output(int length)
    {
        _result.AsSpan().Fill(float.NaN);
        return _result.AsMemory(0, length);
    }

    /// <summary>Returns a buffer that holds the input of an in-place call.</summary>
    public Memory<float> InPlace(int round, int length)
    {
        var buffer = Output(length);
        Input(round, length).CopyTo(buffer);
        return buffer;
    }

    /// <summary>Returns the digest of everything that a round has written.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_result.AsSpan()))[..8]);
}
