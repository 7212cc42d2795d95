namespace SecureCollectives.Framing.Tests;

/// <summary>Tests envelopes of Send and Receive, byte for byte as in proto/README.md.</summary>
public sealed class EnvelopeTests
{
    private static readonly Envelope Sample = new(
        EnvelopeKind.DataFollows, ElementCode.Opaque, 0x01020304, 0x05060708090A0B0C, 0x0D0E0F10, 0x1112131415161718);

    [Fact]
    public void Write_Envelope_HasTheSpecifiedBytes()
    {
        var bytes = new byte[Envelope.Length];
        Sample.Write(bytes);
        Assert.Equal("020D00000102030405060708090A0B0C0D0E0F10000000001112131415161718", Convert.ToHexString(bytes));
        Assert.Equal(FrameReadStatus.Ok, Envelope.TryRead(bytes, out var read));
        Assert.Equal(Sample, read);
    }

    [Theory]
    [InlineData(0, 0, FrameReadStatus.UnknownCode)]
    [InlineData(0, 3, FrameReadStatus.UnknownCode)]
    [InlineData(1, 0, FrameReadStatus.UnknownCode)]
    [InlineData(1, 14, FrameReadStatus.UnknownCode)]
    [InlineData(2, 1, FrameReadStatus.ReservedBitsSet)]
    [InlineData(3, 1, FrameReadStatus.ReservedBitsSet)]
    [InlineData(20, 1, FrameReadStatus.ReservedBitsSet)]
    [InlineData(23, 1, FrameReadStatus.ReservedBitsSet)]
    public void TryRead_WrongByte_IsRefused(int offset, byte value, object expected)
    {
        var bytes = new byte[Envelope.Length];
        Sample.Write(bytes);
        bytes[offset] = value;
        Assert.Equal(expected, Envelope.TryRead(bytes, out var read));
        Assert.Equal(default, read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void TryRead_AnotherLength_IsRefused(int length) =>
        Assert.Equal(FrameReadStatus.WrongLength, Envelope.TryRead(new byte[length], out _));
}
