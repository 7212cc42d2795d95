namespace SecureCollectives.Framing.Tests;

public sealed class LaneHelloTests
{
    private static readonly byte[] LinkId = [.. Enumerable.Range(0xA0, LaneHello.LinkIdLength).Select(static value => (byte)value)];

    [Fact]
    public void WriteSigned_Sample_HasTheSpecifiedBytes() =>
        Assert.Equal("53434C3101000102" + "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", Convert.ToHexString(Hello()[..LaneHello.SignedLength]));

    [Fact]
    public void TryRead_Sample_ReturnsLaneAndLink()
    {
        Assert.Equal(FrameReadStatus.Ok, LaneHello.TryRead(Hello(), out var lane, out var linkId));
        Assert.Equal(0x0102, lane);
        Assert.Equal(LinkId, linkId.ToArray());
    }

    [Fact]
    public void TryRead_AnyBitBeforeTheLaneFlipped_IsRefused()
    {
        const int LaneOffset = 6;
        for (var bit = 0; bit < 8 * LaneOffset; bit++)
        {
            var hello = Hello();
            hello[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.NotEqual(FrameReadStatus.Ok, LaneHello.TryRead(hello, out _, out var linkId));
            Assert.True(linkId.IsEmpty);
        }
    }

    [Fact]
    public void TryRead_AnyOtherLength_ReturnsWrongLength()
    {
        for (var length = 0; length < 2 * LaneHello.Length; length++)
        {
            Assert.Equal(length != LaneHello.Length, LaneHello.TryRead(new byte[length], out _, out _) == FrameReadStatus.WrongLength);
        }
    }

    [Fact]
    public void TryRead_HttpRequest_IsRefused()
    {
        var request = "GET / HTTP/1.1\r\nHost: worker.example.org:29500\r\nAccept: */*\r\n\r\n"u8[..LaneHello.Length];

        Assert.Equal(FrameReadStatus.UnknownVersion, LaneHello.TryRead(request, out _, out _));
    }

    private static byte[] Hello()
    {
        var hello = new byte[LaneHello.Length];
        LaneHello.WriteSigned(0x0102, LinkId, hello);
        return hello;
    }
}
