using System.Buffers.Binary;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Keys;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>An attacker on the wire, at the level of frames, against every suite.</summary>
public sealed class EvilPeerTests
{
    private const int Length = 1000;

    private static readonly byte[] Payload = [.. Enumerable.Range(0, Length).Select(static value => (byte)(value * 7))];

    public static TheoryData<byte> Suites => TestEngines.Suites;

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_GenuineFrames_ReturnsEachPayload(byte suite)
    {
        using var lane = new TestLane(suite);
        for (var length = 0; length < 100; length++)
        {
            Assert.Equal(OpenStatus.Ok, lane.Seal(Payload.AsSpan(0, length)).Open(lane.Opener, out var payload));
            Assert.Equal(Payload[..length], payload);
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_LargestPayload_ReturnsIt(byte suite)
    {
        using var lane = new TestLane(suite);
        var largest = new byte[FrameFormat.MaxPayloadLength];
        new Random(1).NextBytes(largest);

        Assert.Equal(OpenStatus.Ok, lane.Seal(largest).Open(lane.Opener, out var payload));
        Assert.True(payload.AsSpan().SequenceEqual(largest));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_HeaderBitFlipped_IsRefused(byte suite)
    {
        for (var bit = 0; bit < 8 * FrameFormat.HeaderLength; bit++)
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload);

            Assert.NotEqual(OpenStatus.Ok, frame.WithHeadBitFlipped(bit).Open(lane.Opener, out _));
            Assert.Equal(OpenStatus.AlreadyFailed, frame.Open(lane.Opener, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_HeaderBitFlippedAfterItWasExpected_ReturnsAuthenticationFailed(byte suite)
    {
        // The tag alone covers every bit of the header, whatever the checks before it say.
        for (var bit = 0; bit < 8 * FrameFormat.HeaderLength; bit++)
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload);
            Assert.Equal(OpenStatus.Ok, lane.Opener.Expect(frame.Head, out _));

            Assert.Equal(OpenStatus.AuthenticationFailed, lane.Opener.Open(frame.WithHeadBitFlipped(bit).Head, frame.Body, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_PayloadOrTagBitFlipped_FailsAndWipesWhatItRead(byte suite)
    {
        var tag = 8 * Suite.Of((SuiteCode)suite).TagLength;
        const int Stride = 61;
        var bits = Enumerable.Range(0, 8 * Length / Stride).Select(static index => index * Stride)
            .Concat(Enumerable.Range(8 * Length, tag));
        foreach (var bit in bits)
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload).WithBodyBitFlipped(bit);
            Assert.Equal(OpenStatus.Ok, lane.Opener.Expect(frame.Head, out _));

            Assert.Equal(OpenStatus.AuthenticationFailed, lane.Opener.Open(frame.Head, frame.Body, out var payload));

            Assert.True(payload.IsEmpty);
            Assert.False(frame.Body.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_Reordered_ReturnsWrongCounter(byte suite)
    {
        using var lane = new TestLane(suite);
        var first = lane.Seal(Payload);
        var second = lane.Seal(Payload);

        Assert.Equal(OpenStatus.WrongCounter, second.Open(lane.Opener, out _));
        Assert.Equal(OpenStatus.AlreadyFailed, first.Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameDropped_ReturnsWrongCounter(byte suite)
    {
        using var lane = new TestLane(suite);
        lane.Seal(Payload).Open(lane.Opener, out _);
        _ = lane.Seal(Payload);

        Assert.Equal(OpenStatus.WrongCounter, lane.Seal(Payload).Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_Duplicate_ReturnsWrongCounter(byte suite)
    {
        using var lane = new TestLane(suite);
        var frame = lane.Seal(Payload);
        Assert.Equal(OpenStatus.Ok, new TestFrame(frame.Head, frame.Body.ToArray()).Open(lane.Opener, out _));

        Assert.Equal(OpenStatus.WrongCounter, frame.Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_OldFrameUnderTheExpectedCounter_ReturnsAuthenticationFailed(byte suite)
    {
        using var lane = new TestLane(suite);
        var old = lane.Seal(Payload);
        old.Open(lane.Opener, out _);
        var next = lane.Seal(Payload);

        Assert.Equal(OpenStatus.AuthenticationFailed, new TestFrame(next.Head, old.Body).Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameOfAnotherLane_ReturnsAuthenticationFailed(byte suite)
    {
        using var link = TestLink.Open((SuiteCode)suite);
        using var other = link.Initiator.CreateSealer(1);
        using var opener = link.Responder.CreateOpener(0);

        Assert.Equal(OpenStatus.AuthenticationFailed, TestFrame.Seal(other, Payload).Open(opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameReflected_ReturnsAuthenticationFailed(byte suite)
    {
        using var link = TestLink.Open((SuiteCode)suite);
        using var own = link.Initiator.CreateSealer(0);
        using var opener = link.Initiator.CreateOpener(0);

        Assert.Equal(OpenStatus.AuthenticationFailed, TestFrame.Seal(own, Payload).Open(opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameOfAnotherLink_ReturnsAuthenticationFailed(byte suite)
    {
        using var link = TestLink.Open((SuiteCode)suite);
        using var earlier = TestLink.Open((SuiteCode)suite);
        using var sealer = earlier.Initiator.CreateSealer(0);
        using var opener = link.Responder.CreateOpener(0);

        Assert.Equal(OpenStatus.AuthenticationFailed, TestFrame.Seal(sealer, Payload).Open(opener, out _));
    }

    [Theory]
    [InlineData("communicator")]
    [InlineData("epoch")]
    [InlineData("session")]
    [InlineData("parameters")]
    [InlineData("initiator leaf")]
    [InlineData("protection")]
    [InlineData("suite")]
    [InlineData("operation")]
    [InlineData("encapsulation key")]
    [InlineData("ciphertext")]
    public void Open_FrameOfAnotherTranscript_ReturnsAuthenticationFailed(string field)
    {
        // This holds even with the same ephemeral keys and contributions, which no attacker can achieve.
        using var link = TestLink.Open(differsIn: TranscriptVariations.All[field]);
        using var sealer = link.Initiator.CreateSealer(0);
        using var opener = link.Responder.CreateOpener(0);

        Assert.Equal(OpenStatus.AuthenticationFailed, TestFrame.Seal(sealer, Payload).Open(opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_FrameMovedToAnotherOperation_ReturnsAuthenticationFailed(byte suite)
    {
        using var lane = new TestLane(suite);
        var frame = TestFrame.Seal(lane.Sealer, Payload, operation: 4);
        FrameWriter.WriteHeader(TestFrame.Header(Length, operation: 5), frame.Head);

        Assert.Equal(OpenStatus.AuthenticationFailed, frame.Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_Truncated_IsRefused(byte suite)
    {
        foreach (var kept in new[] { 0, 1, Length - 1, Length, Length + Suite.Of((SuiteCode)suite).TagLength - 1 })
        {
            // Zeros stand in for the missing bytes. If the tag ended in a zero, nothing would be missing.
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload);
            if (frame.Body[^1] == 0)
            {
                continue;
            }

            Assert.Equal(OpenStatus.AuthenticationFailed, new TestFrame(frame.Head, frame.Body[..kept]).Open(lane.Opener, out _));
        }

        foreach (var kept in new[] { 0, 1, FrameFormat.HeaderLength - 1 })
        {
            using var lane = new TestLane(suite);
            Assert.Equal(OpenStatus.MalformedHeader, lane.Opener.Expect(lane.Seal(Payload).Head.AsSpan(0, kept), out _));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_LengthShortenedInTheHeader_ReturnsAuthenticationFailed(byte suite)
    {
        foreach (var length in new[] { 0, 1, Length - Suite.Of((SuiteCode)suite).TagLength, Length - 1 })
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload);
            FrameWriter.WriteHeader(TestFrame.Header(length), frame.Head);
            Assert.Equal(OpenStatus.AuthenticationFailed, frame.Open(lane.Opener, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Expect_Oversize_ReturnsMalformedHeader(byte suite)
    {
        foreach (var length in new uint[] { FrameFormat.MaxPayloadLength + 1, int.MaxValue, 0x80000000, uint.MaxValue })
        {
            using var lane = new TestLane(suite);
            var frame = lane.Seal(Payload);
            BinaryPrimitives.WriteUInt32BigEndian(frame.Head.AsSpan(FrameFormat.LengthOffset), length);
            Assert.Equal(OpenStatus.MalformedHeader, frame.Open(lane.Opener, out _));
        }
    }

    [Fact]
    public void Open_PlaintextFrameOnASealedLane_IsRefused()
    {
        using var lane = new TestLane((byte)SuiteCode.Aes256Gcm);
        using var plaintext = new PlaintextSealer();

        Assert.Equal(OpenStatus.AuthenticationFailed, TestFrame.Seal(plaintext, Payload).Open(lane.Opener, out _));
    }
}
