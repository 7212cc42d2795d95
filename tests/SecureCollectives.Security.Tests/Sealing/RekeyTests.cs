using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class RekeyTests
{
    private const ulong GenerationFrames = 1 << 16;

    private static readonly byte[] Prk = new byte[KeySchedule.SecretLength];

    public static TheoryData<byte> Suites => TestEngines.Suites;

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_AcrossTwoGenerations_ReturnsEveryFrame(byte suite)
    {
        using var lane = new TestLane(suite);
        Carry(lane, (2 * GenerationFrames) + 2);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FirstFrameOfAGenerationUnderTheStaleKey_ReturnsAuthenticationFailed(byte suite) => Assert.Equal(
        OpenStatus.AuthenticationFailed,
        OpenForged(suite, generation: 0, counter: GenerationFrames));

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_LastFrameOfAGenerationUnderTheNextKey_ReturnsAuthenticationFailed(byte suite) => Assert.Equal(
        OpenStatus.AuthenticationFailed,
        OpenForged(suite, generation: 1, counter: GenerationFrames - 1));

    /// <summary>Shows that the forgeries of the tests above fail only because of their key.</summary>
    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_ForgedWithTheRightGeneration_IsOk(byte suite)
    {
        Assert.Equal(
            OpenStatus.Ok,
            OpenForged(suite, generation: 0, counter: GenerationFrames - 1));
        Assert.Equal(
            OpenStatus.Ok,
            OpenForged(suite, generation: 1, counter: GenerationFrames));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameOfThePreviousGenerationReplayed_ReturnsWrongCounter(byte suite)
    {
        using var lane = new TestLane(suite);
        var old = lane.Seal([1, 2, 3]);
        Assert.Equal(OpenStatus.Ok, new TestFrame(old.Head, old.Body.ToArray()).Open(lane.Opener, out _));
        Carry(lane, GenerationFrames);

        Assert.Equal(OpenStatus.WrongCounter, old.Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameOfThePreviousGenerationUnderTheExpectedCounter_ReturnsAuthenticationFailed(byte suite)
    {
        using var lane = new TestLane(suite);
        var old = lane.Seal([1, 2, 3]);
        Assert.Equal(OpenStatus.Ok, new TestFrame(old.Head, old.Body.ToArray()).Open(lane.Opener, out _));
        Carry(lane, GenerationFrames - 1);
        FrameWriter.WriteHeader(TestFrame.Header(3) with { Counter = GenerationFrames }, old.Head);

        Assert.Equal(OpenStatus.AuthenticationFailed, old.Open(lane.Opener, out _));
    }

    private static void Carry(TestLane lane, ulong frames) => Carry(lane.Sealer, lane.Opener, frames);

    private static void Carry(FrameSealer sealer, FrameOpener opener, ulong frames)
    {
        var (head, staging) = (new byte[FrameFormat.HeaderLength], new byte[sealer.TagLength]);
        for (var frame = 0UL; frame < frames; frame++)
        {
            sealer.Seal(TestFrame.Header(0), [], head, staging);
            if (opener.Expect(head, out _) != OpenStatus.Ok || opener.Open(head, staging, out _) != OpenStatus.Ok)
            {
                Assert.Fail($"Frame {frame} was refused.");
            }
        }
    }

    /// <summary>Passes a forged frame to an opener that has reached the frame's counter.</summary>
    private static OpenStatus OpenForged(byte suite, ulong generation, ulong counter)
    {
        using var opener = new AeadOpener(Chain(), AeadEngines.OpenSsl.Create((SuiteCode)suite));
        using var sealer = new AeadSealer(Chain(), AeadEngines.OpenSsl.Create((SuiteCode)suite));
        Carry(sealer, opener, counter);
        return Forge((SuiteCode)suite, generation, counter).Open(opener, out _);
    }

    /// <summary>Seals a frame with the key of a generation that the attacker chooses.</summary>
    private static TestFrame Forge(SuiteCode suite, ulong generation, ulong counter)
    {
        var (key, iv, nonce) = (
            new byte[Suite.Of(suite).KeyLength], new byte[Suite.Of(suite).NonceLength], new byte[Suite.Of(suite).NonceLength]);
        using var chain = Chain();
        chain.MoveTo(generation);
        chain.Derive(key, iv);
        ChunkNonce.Write(iv, counter, nonce);
        var (head, body) = (new byte[FrameFormat.HeaderLength], new byte[3 + Suite.Of(suite).TagLength]);
        FrameWriter.WriteHeader(TestFrame.Header(3) with { Counter = counter }, head);
        using var engine = AeadEngines.OpenSsl.Create(suite);
        engine.SetKey(key);
        engine.Seal(nonce, head, [1, 2, 3], body);
        return new TestFrame(head, body);
    }

    private static KeyChain Chain() => new(Prk, 0, 1, 2);
}
