using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>The contract between the data path and every sealer and opener.</summary>
public sealed class FrameSealerTests
{
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 200).Select(static value => (byte)value)];

    public static TheoryData<byte> Suites => TestEngines.SuitesAndNone;

    [Fact]
    public void Seal_InPlaintext_SendsFromTheCallersMemory()
    {
        using var lane = new TestLane((byte)SuiteCode.None);

        var body = lane.Sealer.Seal(TestFrame.Header(Payload.Length), Payload, new byte[FrameFormat.HeaderLength], []);

        Assert.True(body == Payload);
        Assert.False(lane.Sealer.UsesStaging);
        Assert.Equal(0, lane.Sealer.TagLength);
    }

    [Fact]
    public void Target_InPlaintext_IsTheCallersMemory()
    {
        using var lane = new TestLane((byte)SuiteCode.None);
        var destination = new byte[Payload.Length];

        Assert.True(lane.Opener.Target(destination, []) == destination.AsSpan());
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305)]
    public void Open_Sealed_NeverTouchesTheCallersMemory(byte suite)
    {
        using var lane = new TestLane(suite);
        var (destination, staging) = (new byte[Payload.Length], new byte[4096]);
        var frame = lane.Seal(Payload);
        lane.Opener.Expect(frame.Head, out _);
        var target = lane.Opener.Target(destination, staging);
        frame.Body.CopyTo(target);

        Assert.Equal(OpenStatus.Ok, lane.Opener.Open(frame.Head, target, out var payload));

        Assert.True(payload == staging.AsSpan(0, Payload.Length));
        Assert.False(destination.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Seal_ManyFrames_CountsFromZeroByOne(byte suite)
    {
        using var lane = new TestLane(suite);
        for (var expected = 0UL; expected < 300; expected++)
        {
            Assert.Equal(FrameReadStatus.Ok, FrameReader.TryReadHeader(lane.Seal(Payload).Head, out var header));
            Assert.Equal(expected, header.Counter);
        }
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305)]
    public void Seal_ThatThrows_SpendsItsCounter(byte suite)
    {
        using var lane = new TestLane(suite);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => lane.Sealer.Seal(
                TestFrame.Header(Payload.Length), Payload, new byte[FrameFormat.HeaderLength], new byte[Payload.Length]));

        FrameReader.TryReadHeader(lane.Seal(Payload).Head, out var header);

        Assert.Equal(1UL, header.Counter);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Seal_LengthDiffersFromThePayloads_Throws(byte suite)
    {
        using var lane = new TestLane(suite);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => lane.Sealer.Seal(TestFrame.Header(Payload.Length + 1), Payload, new byte[FrameFormat.HeaderLength], new byte[4096]));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_WithoutExpect_Throws(byte suite)
    {
        using var lane = new TestLane(suite);
        var frame = lane.Seal(Payload);

        Assert.Throws<InvalidOperationException>(() => lane.Opener.Open(frame.Head, frame.Body, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Open_MoreOrFewerBytesThanExpected_Throws(byte suite)
    {
        using var lane = new TestLane(suite);
        var frame = lane.Seal(Payload);
        lane.Opener.Expect(frame.Head, out _);

        Assert.Throws<ArgumentOutOfRangeException>(() => lane.Opener.Open(frame.Head, frame.Body.AsSpan(1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => lane.Opener.Open(frame.Head, [.. frame.Body, 0], out _));
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305)]
    public void SealAndOpen_AfterDispose_Throws(byte suite)
    {
        var lane = new TestLane(suite);
        var frame = lane.Seal(Payload);
        lane.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lane.Seal(Payload));
        Assert.Throws<ObjectDisposedException>(() => frame.Open(lane.Opener, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void SealAndOpen_WithinAGeneration_AllocatesNothing(byte suite)
    {
        using var lane = new TestLane(suite);
        var (head, staging, destination) = (new byte[FrameFormat.HeaderLength], new byte[4096], new byte[Payload.Length]);
        Carry(1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(10_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Carry(int frames)
        {
            for (var frame = 0; frame < frames; frame++)
            {
                var body = lane.Sealer.Seal(TestFrame.Header(Payload.Length), Payload, head, staging);
                lane.Opener.Expect(head, out _);
                var target = lane.Opener.Target(destination, staging);
                body.CopyTo(target);
                if (lane.Opener.Open(head, target, out _) != OpenStatus.Ok)
                {
                    Assert.Fail($"Frame {frame} was refused.");
                }
            }
        }
    }
}
