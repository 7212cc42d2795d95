using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc.Tests.Wire;

public sealed class BinaryMetadataTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00", "AA")]
    [InlineData("00FF", "AP8")]
    [InlineData("00FF10", "AP8Q")]
    [InlineData("FBEFBE", "++++")]
    public void Encode_Bytes_HasNoPaddingAndDecodesBack(string hex, string text)
    {
        Assert.Equal(text, BinaryMetadata.Encode(Convert.FromHexString(hex)));
        Assert.True(BinaryMetadata.TryDecode(text, out byte[]? value));
        Assert.Equal(hex, Convert.ToHexString(value));
    }

    [Theory]
    [InlineData("AA==", "00")]
    [InlineData("AP8=", "00FF")]
    [InlineData(" AP8= ", "00FF")]
    public void TryDecode_Padded_IsAccepted(string text, string hex)
    {
        Assert.True(BinaryMetadata.TryDecode(text, out byte[]? value));
        Assert.Equal(hex, Convert.ToHexString(value));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("A!==")]
    [InlineData("AA_-")]
    [InlineData("A=A=")]
    public void TryDecode_NotBase64_IsRefused(string text) => Assert.False(BinaryMetadata.TryDecode(text, out _));
}
