using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>
/// Compares the two engines for AES-256-GCM on the same random input. They must produce the same bytes, and each must open what the other
/// sealed.
/// </summary>
public sealed class EngineDifferentialTests : IDisposable
{
    private const int MaxSmall = 1100;
    private const int Around = 33;
    private const int Alignments = 64;

    private readonly Random _random = new(20261121);
    private readonly AeadEngine _first = TestEngines.Create(TestEngines.OpenSsl);
    private readonly AeadEngine _second = TestEngines.Create(TestEngines.IpsecMb);
    private readonly byte[] _plaintext = Memory();
    private readonly byte[] _bySecond = Memory();
    private readonly byte[] _byFirst = Memory();
    private readonly byte[] _nonce = new byte[Suite.Aes256Gcm.NonceLength];

    [Fact]
    public void SealAndOpen_EveryLengthToSeventyBlocks_Agree()
    {
        for (var length = 0; length <= MaxSmall; length++)
        {
            Compare(length, associatedDataLength: length % 70);
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(64 * 1024)]
    [InlineData(512 * 1024)]
    [InlineData(FrameFormat.MaxPayloadLength)]
    public void SealAndOpen_EveryLengthAroundAChunks_Agree(int chunk)
    {
        for (var length = chunk - Around; length <= chunk + Around; length++)
        {
            Compare(length, FrameFormat.HeaderLength);
        }
    }

    [Fact]
    public void SealAndOpen_EveryAlignmentOfSourceAndDestination_Agree()
    {
        for (var alignments = 0; alignments < Alignments * Alignments; alignments++)
        {
            Compare(_random.Next(MaxSmall), FrameFormat.HeaderLength, alignments / Alignments, alignments % Alignments);
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private void Compare(int length, int associatedDataLength, int sourceAlignment = 0, int destinationAlignment = 0)
    {
        Span<byte> key = stackalloc byte[Suite.Aes256Gcm.KeyLength];
        Span<byte> associatedData = stackalloc byte[associatedDataLength];
        var plaintext = Aligned(_plaintext, sourceAlignment, length);
        var byFirst = Aligned(_byFirst, destinationAlignment, length + Suite.Aes256Gcm.TagLength);
        var bySecond = Aligned(_bySecond, destinationAlignment, length + Suite.Aes256Gcm.TagLength);
        _random.NextBytes(key);
        _random.NextBytes(_nonce);
        _random.NextBytes(associatedData);
        _random.NextBytes(plaintext);
        _first.SetKey(key);
        _second.SetKey(key);

        _first.Seal(_nonce, associatedData, plaintext, byFirst);
        _second.Seal(_nonce, associatedData, plaintext, bySecond);
        var same = byFirst.SequenceEqual(bySecond);
        var opened = _first.TryOpen(_nonce, associatedData, bySecond) && _second.TryOpen(_nonce, associatedData, byFirst);

        if (!same || !opened || !byFirst[..length].SequenceEqual(plaintext) || !bySecond[..length].SequenceEqual(plaintext))
        {
            Assert.Fail($"The engines differ: {length} bytes, {associatedDataLength} bytes of associated data, "
                + $"alignments {sourceAlignment} and {destinationAlignment}.");
        }
    }

    /// <summary>Returns a span at an address with the given alignment.</summary>
    private static unsafe Span<byte> Aligned(byte[] memory, int alignment, int length)
    {
        fixed (byte* start = memory)
        {
            var skip = (alignment - ((nint)start % Alignments) + Alignments) % Alignments;
            return memory.AsSpan((int)skip, length);
        }
    }

    /// <summary>Allocates pinned memory, so that the alignment does not change.</summary>
    private static byte[] Memory() =>
        GC.AllocateArray<byte>(FrameFormat.MaxPayloadLength + Around + Suite.MaxTagLength + Alignments, pinned: true);
}
