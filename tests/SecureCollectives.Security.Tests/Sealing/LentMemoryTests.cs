using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>Opens frames in memory that the peer can still change.</summary>
public sealed class LentMemoryTests
{
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 200).Select(static value => (byte)value)];

    public static TheoryData<byte> Suites => TestEngines.SuitesAndNone;

    [Theory]
    [MemberData(nameof(Suites))]
    public void OpenFrom_FramesInTurn_OpensThemOutsideTheLentMemory(byte suite)
    {
        using var lane = new TestLane(suite);
        for (var i = 0; i < 3; i++)
        {
            var frame = lane.Seal(Payload);
            byte[] lent = [.. frame.Body];
            Assert.Equal(OpenStatus.Ok, lane.Opener.Expect(frame.Head, out var header));
            var target = lane.Opener.Target(new byte[header.Length], new byte[header.Length + lane.Opener.TagLength]);

            Assert.Equal(OpenStatus.Ok, lane.Opener.OpenFrom(frame.Head, lent, target, out var payload));

            Assert.Equal(Payload, payload);
            Assert.True(payload == target[..Payload.Length]);
            Assert.Equal(frame.Body, lent);
        }
    }

    [Theory]
    [MemberData(nameof(TestEngines.Suites), MemberType = typeof(TestEngines))]
    public void OpenFrom_AnyBitFlipped_FailsWipesWhatItReadAndOpensNothingMore(byte suite)
    {
        for (var bit = 0; bit < 8 * (Payload.Length + Suite.Of((SuiteCode)suite).TagLength); bit += 37)
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload).WithBodyBitFlipped(bit);
            lane.Opener.Expect(frame.Head, out _);
            var staging = new byte[4096];

            Assert.Equal(OpenStatus.AuthenticationFailed,
                lane.Opener.OpenFrom(frame.Head, frame.Body, lane.Opener.Target(Payload, staging), out var payload));

            Assert.True(payload.IsEmpty);
            Assert.False(staging.AsSpan().ContainsAnyExcept((byte)0));
            Assert.Equal(OpenStatus.AlreadyFailed,
                lane.Opener.OpenFrom(frame.Head, frame.Body, staging.AsSpan(0, frame.Body.Length), out _));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void OpenFrom_OtherLengthThanTheHeaderSays_Throws(int more)
    {
        using var lane = new TestLane((byte)SuiteCode.Aes256Gcm);
        var frame = lane.Seal(Payload);
        lane.Opener.Expect(frame.Head, out _);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => lane.Opener.OpenFrom(frame.Head, new byte[frame.Body.Length + more], new byte[4096], out _));
    }

    /// <summary>The memory changes completely as soon as it has been read. The result contains the bytes that were read.</summary>
    [Fact]
    public void OpenFrom_PeerChangesTheMemoryMeanwhile_OpensWhatWasRead()
    {
        using var sealer = new AeadSealer(Chain(), new AesGcmEngine());
        var frame = TestFrame.Seal(sealer, Payload);
        byte[] lent = [.. frame.Body];
        using var opener = new AeadOpener(Chain(), new ChangingEngine(lent));
        opener.Expect(frame.Head, out _);

        Assert.Equal(OpenStatus.Ok, opener.OpenFrom(frame.Head, lent, new byte[lent.Length], out var payload));

        Assert.Equal(Payload, payload);
        Assert.NotEqual(frame.Body, lent);

        static KeyChain Chain() => new(new byte[KeySchedule.SecretLength], 0, 0, 1);
    }

    [Fact]
    public void IsSinglePass_OpenSslEngines_IsFalse()
    {
        foreach (var name in new[] { TestEngines.OpenSsl, TestEngines.ChaCha20Poly1305 })
        {
            using var engine = TestEngines.Create(name);
            Assert.False(engine.IsSinglePass);
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void IsSinglePass_Sealers_EqualsTheirEngines(byte suite)
    {
        using var lane = new TestLane(suite);

        Assert.Equal((SuiteCode)suite is SuiteCode.None or SuiteCode.Aegis128L or SuiteCode.Aegis256, lane.Sealer.IsSinglePass);
    }

    /// <summary>Opens with OpenSSL, after changing the memory that held the frame.</summary>
    private sealed class ChangingEngine(byte[] lent) : AeadEngine(Suite.Aes256Gcm)
    {
        private readonly AesGcmEngine _inner = new();

        public override void SetKey(ReadOnlySpan<byte> key) => _inner.SetKey(key);

        public override void Seal(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> sealedBytes) =>
            _inner.Seal(nonce, associatedData, plaintext, sealedBytes);

        public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
        {
            Array.Fill(lent, (byte)0xFF);
            return _inner.TryOpen(nonce, associatedData, sealedBytes);
        }

        public override void Dispose() => _inner.Dispose();
    }
}
