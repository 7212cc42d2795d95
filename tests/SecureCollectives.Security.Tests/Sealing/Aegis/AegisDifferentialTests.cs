using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>
/// Compares the engines with a plain implementation on the same random input. Both must produce the same bytes, sealing and opening into
/// another buffer and in place. Any alteration must be refused and the output wiped.
/// </summary>
public sealed class AegisDifferentialTests
{
    private const int MaxSmall = 600;
    private const int Around = 33;
    private const int GuardLength = 64;
    private const byte Guard = 0xA5;

    private readonly Random _random = new(20261126);

    public static TheoryData<string, int> Engines => new() { { TestEngines.Aegis128L, 128 }, { TestEngines.Aegis256, 256 } };

    [Theory]
    [MemberData(nameof(Engines))]
    public void SealAndOpen_EveryLengthOfManyBlocks_Agree(string name, int variant)
    {
        using var engine = TestEngines.Create(name);
        for (var length = 0; length <= MaxSmall; length++)
        {
            Compare(engine, variant, length, associatedDataLength: length % 70);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void SealAndOpen_EveryLengthOfAssociatedData_Agree(string name, int variant)
    {
        using var engine = TestEngines.Create(name);
        for (var length = 0; length <= MaxSmall; length++)
        {
            Compare(engine, variant, length: length % 67, associatedDataLength: length);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void SealAndOpen_EveryLengthAroundAChunks_Agree(string name, int variant)
    {
        using var engine = TestEngines.Create(name);
        foreach (var chunk in new[] { 4096, 16 * 1024, 64 * 1024 })
        {
            for (var length = chunk - Around; length <= chunk + Around; length++)
            {
                Compare(engine, variant, length, FrameFormat.HeaderLength);
            }
        }

        foreach (var length in new[] { FrameFormat.MaxPayloadLength - 1, FrameFormat.MaxPayloadLength })
        {
            Compare(engine, variant, length, FrameFormat.HeaderLength);
        }
    }

    /// <summary>
    /// Alters every part of a frame: nonce, header, the first, a middle and the last block, a partial block, and both halves of the tag;
    /// and adds and removes bytes.
    /// </summary>
    [Theory]
    [MemberData(nameof(Engines))]
    public void TryOpen_AnyByteAltered_IsRefusedAndWiped(string name, int variant)
    {
        using var engine = TestEngines.Create(name);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 31, 32, 33, 200 })
        {
            var (key, nonce, head, message) = (
                Bytes(engine.Suite.KeyLength), Bytes(engine.Suite.NonceLength), Bytes(FrameFormat.HeaderLength), Bytes(length));
            var good = ReferenceAegis.Seal(variant, key, nonce, head, message);
            engine.SetKey(key);
            for (var at = 0; at < nonce.Length; at++)
            {
                AssertRefused(engine, Altered(nonce, at), head, good, $"nonce byte {at}");
            }

            for (var at = 0; at < head.Length; at++)
            {
                AssertRefused(engine, nonce, Altered(head, at), good, $"header byte {at}");
            }

            for (var at = 0; at < good.Length; at++)
            {
                AssertRefused(engine, nonce, head, Altered(good, at), $"byte {at} of {length} and a tag");
            }

            AssertRefused(engine, nonce, head[..^1], good, "a shorter header");
            AssertRefused(engine, nonce, [.. head, 0], good, "a longer header");
            AssertRefused(engine, nonce, head, [.. good, 0], "a byte more at the end");
            AssertRefused(engine, nonce, head, [0, .. good], "a byte more at the start");
            if (length > 0)
            {
                AssertRefused(engine, nonce, head, good[1..], "a byte less at the start");
                AssertRefused(engine, nonce, head, good[..^1], "a byte less at the end");
            }

            // Unaltered, it opens: the failures above are due to the alterations.
            Assert.True(engine.TryOpen(nonce, head, good));
        }
    }

    private void Compare(AeadEngine engine, int variant, int length, int associatedDataLength)
    {
        var (key, nonce, associatedData, message) = (
            Bytes(engine.Suite.KeyLength), Bytes(engine.Suite.NonceLength), Bytes(associatedDataLength), Bytes(length));
        var expected = ReferenceAegis.Seal(variant, key, nonce, associatedData, message);
        engine.SetKey(key);

        byte[] apart = [.. Enumerable.Repeat(Guard, expected.Length + GuardLength)];
        engine.Seal(nonce, associatedData, message, apart.AsSpan(0, expected.Length));
        AssertGuarded(expected, apart, "sealed apart");

        byte[] inPlace = [.. message, .. Enumerable.Repeat(Guard, Suite.MaxTagLength + GuardLength)];
        engine.Seal(nonce, associatedData, inPlace.AsSpan(0, length), inPlace.AsSpan(0, expected.Length));
        AssertGuarded(expected, inPlace, "sealed in place");

        byte[] target = [.. Enumerable.Repeat(Guard, expected.Length + GuardLength)];
        var opened = engine.TryOpen(nonce, associatedData, apart.AsSpan(0, expected.Length), target.AsSpan(0, expected.Length));
        AssertGuarded(opened ? message : [], target.AsSpan(0, length), "opened apart");
        AssertGuarded([], target.AsSpan(expected.Length), "behind what was opened apart");
        AssertGuarded(expected, apart, "left where it was");

        opened &= engine.TryOpen(nonce, associatedData, inPlace.AsSpan(0, expected.Length));
        AssertGuarded(opened ? message : [], inPlace.AsSpan(0, length), "opened in place");
        AssertGuarded([], inPlace.AsSpan(expected.Length), "behind what was opened in place");
        Assert.True(opened, $"{length} bytes, {associatedDataLength} bytes of associated data");

        void AssertGuarded(ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> memory, string what)
        {
            if (!memory[..wanted.Length].SequenceEqual(wanted) || memory[wanted.Length..].ContainsAnyExcept(Guard))
            {
                Assert.Fail($"Differs from the reference: {what}, {length} bytes, {associatedDataLength} bytes of associated data.");
            }
        }
    }

    private static void AssertRefused(AeadEngine engine, byte[] nonce, byte[] associatedData, byte[] sealedBytes, string what)
    {
        byte[] target = [.. Enumerable.Repeat(Guard, sealedBytes.Length)];
        Assert.False(engine.TryOpen(nonce, associatedData, sealedBytes, target), $"Opened into another buffer: {what}.");
        Assert.False(
            target.AsSpan(0, sealedBytes.Length - engine.Suite.TagLength).ContainsAnyExcept((byte)0), $"Other buffer not wiped: {what}.");

        byte[] inPlace = [.. sealedBytes];
        Assert.False(engine.TryOpen(nonce, associatedData, inPlace), $"Opened in place: {what}.");
        Assert.False(inPlace.AsSpan(0, sealedBytes.Length - engine.Suite.TagLength).ContainsAnyExcept((byte)0),
            $"Not wiped in place: {what}.");
    }

    private static byte[] Altered(byte[] bytes, int at)
    {
        byte[] altered = [.. bytes];
        altered[at] ^= (byte)(1 << (at % 8));
        return altered;
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
