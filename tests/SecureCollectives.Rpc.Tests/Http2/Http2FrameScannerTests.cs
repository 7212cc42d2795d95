using System.Buffers.Binary;

namespace SecureCollectives.Rpc.Tests.Http2;

public sealed class Http2FrameScannerTests
{
    private const byte Data = 0;
    private const byte Ping = 6;
    private const byte EndStream = 1;
    private const byte Padded = 8;

    [Fact]
    public void CountData_DataFrame_CountsOnlyItsPayload() =>
        Assert.Equal(100, new Http2FrameScanner().CountData(Frame(Data, EndStream, 100)));

    [Theory]
    [InlineData(Data, Padded)]
    [InlineData(Ping, 0)]
    [InlineData(0xFA, 0)]
    public void CountData_OtherFrame_CountsNothing(byte type, byte flags) =>
        Assert.Equal(0, new Http2FrameScanner().CountData(Frame(type, flags, 100)));

    [Fact]
    public void CountData_Preface_IsSkipped() =>
        Assert.Equal(7,
            new Http2FrameScanner(
                Http2FrameScanner.ClientPrefaceLength).CountData([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Data, 0, 7)]));

    /// <summary>The longest payload that a header can announce, 2^24 - 1 bytes, is followed to its end.</summary>
    [Fact]
    public void CountData_LongestFrame_IsFollowedToItsEnd()
    {
        const int Longest = (1 << 24) - 1;
        var scanner = new Http2FrameScanner();
        Assert.Equal(Longest, scanner.CountData(Frame(Data, 0, Longest)));
        Assert.Equal(0, scanner.CountData(Frame(Ping, 0, 8)));
    }

    /// <summary>Each byte is counted correctly, however the bytes are split.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(64)]
    public void CountData_InPieces_CountsTheSame(int piece)
    {
        byte[] bytes = [.. Frame(Ping, 0, 8), .. Frame(Data, 0, 41), .. Frame(Data, 0, 0), .. Frame(Data, Padded, 20),
            .. Frame(Data, EndStream, 33)];
        var scanner = new Http2FrameScanner();
        Assert.Equal(41 + 33, bytes.Chunk(piece).Sum(part => scanner.CountData(part)));
    }

    private static byte[] Frame(byte type, byte flags, int length)
    {
        var frame = new byte[9 + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)length << 8) | type);
        frame[4] = flags;
        return frame;
    }
}
