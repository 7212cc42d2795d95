using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>
/// Tests key schedule, nonces, sealer and opener with keys, nonces and tags of various lengths: those of AEGIS-128L and AEGIS-256, and some
/// that no suite has.
/// </summary>
public sealed class SuiteTests
{
    private const ulong GenerationFrames = 1 << 16;

    private static readonly byte[] Prk = TestLink.Fill(0x42, KeySchedule.SecretLength);
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 1000).Select(static value => (byte)(value * 7))];

    public static TheoryData<int, int, int> Lengths => new()
    {
        { 16, 16, 32 },
        { 32, 32, 32 },
        { 27, 13, 19 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Frames_OfEveryLength_HaveTheSuitesTagAndOpen(int key, int nonce, int tag)
    {
        using var sealer = new AeadSealer(Chain(), Engine(key, nonce, tag));
        using var opener = new AeadOpener(Chain(), Engine(key, nonce, tag));
        Assert.Equal((tag, tag), (sealer.TagLength, opener.TagLength));
        foreach (var length in new[] { 0, 1, 31, 32, 33, 1000 })
        {
            var frame = TestFrame.Seal(sealer, Payload.AsSpan(0, length));

            Assert.Equal(length + tag, frame.Body.Length);
            Assert.Equal(OpenStatus.Ok, frame.Open(opener, out var payload));
            Assert.Equal(Payload[..length], payload);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Frame_AnyTagBitFlipped_IsRefusedAndWiped(int key, int nonce, int tag)
    {
        for (var bit = 8 * Payload.Length; bit < 8 * (Payload.Length + tag); bit++)
        {
            using var sealer = new AeadSealer(Chain(), Engine(key, nonce, tag));
            using var opener = new AeadOpener(Chain(), Engine(key, nonce, tag));
            var frame = TestFrame.Seal(sealer, Payload).WithBodyBitFlipped(bit);
            Assert.Equal(OpenStatus.Ok, opener.Expect(frame.Head, out _));

            Assert.Equal(OpenStatus.AuthenticationFailed, opener.Open(frame.Head, frame.Body, out _));
            Assert.False(frame.Body.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    /// <summary>
    /// The key and the IV are derived from the chain at full length, the counter is in the last eight bytes of the nonce, and both change
    /// with the generation.
    /// </summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Engine_AcrossAGeneration_ReceivesTheChainsKeyAndNonces(int key, int nonce, int tag)
    {
        var engine = Engine(key, nonce, tag);
        using var sealer = new AeadSealer(Chain(), engine);
        using var expected = Chain();
        var (expectedKey, iv, expectedNonce) = (new byte[key], new byte[nonce], new byte[nonce]);
        var (head, staging) = (new byte[FrameFormat.HeaderLength], new byte[tag]);
        for (var counter = 0UL; counter < GenerationFrames + 2; counter++)
        {
            sealer.Seal(TestFrame.Header(0), [], head, staging);
            if (counter is not (0 or 1 or GenerationFrames - 1 or GenerationFrames or GenerationFrames + 1))
            {
                continue;
            }

            expected.MoveTo(counter / GenerationFrames);
            expected.Derive(expectedKey, iv);
            ChunkNonce.Write(iv, counter, expectedNonce);
            Assert.Equal(Hex.Of(expectedKey), Hex.Of(engine.Key));
            Assert.Equal(Hex.Of(expectedNonce), Hex.Of(engine.Nonce));
            Assert.Equal(Hex.Of(iv.AsSpan(0, nonce - sizeof(ulong))), Hex.Of(engine.Nonce.AsSpan(0, nonce - sizeof(ulong))));
        }
    }

    [Theory]
    [InlineData(15, 12, 16)]
    [InlineData(33, 12, 16)]
    [InlineData(32, 11, 16)]
    [InlineData(32, 33, 16)]
    [InlineData(32, 12, 15)]
    [InlineData(32, 12, 33)]
    public void Create_LengthsBeyondTheProtocol_Throws(int key, int nonce, int tag) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Suite((SuiteCode)200, key, nonce, tag));

    [Fact]
    public void Of_EveryCodeThatSeals_IsASuiteOfThatCode()
    {
        foreach (var code in Enum.GetValues<SuiteCode>().Where(static code => code != SuiteCode.None))
        {
            Assert.Equal(code, Suite.Of(code).Code);
            TestEngines.Require(code);
            using var engine = AeadEngines.OpenSsl.Create(code);
            Assert.Same(Suite.Of(code), engine.Suite);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Suite.Of(SuiteCode.None));
    }

    private static HashEngine Engine(int key, int nonce, int tag) => new(new Suite((SuiteCode)200, key, nonce, tag));

    private static KeyChain Chain() => new(Prk, 0, 1, 2);
}
