using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class ChunkNonceTests
{
    [Theory]
    [InlineData("000000000000000000000000", 0, "000000000000000000000000")]
    [InlineData("000000000000000000000000", 1, "000000000000000000000001")]
    [InlineData("a0a1a2a3a4a5a6a7a8a9aaab", 0, "a0a1a2a3a4a5a6a7a8a9aaab")]
    [InlineData("ffffffffffffffffffffffff", 0x0102030405060708, "fffffffffefdfcfbfaf9f8f7")]
    [InlineData("ffffffffffffffffffffffff", ulong.MaxValue, "ffffffff0000000000000000")]
    [InlineData("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", 0x0102030405060708, "a0a1a2a3a4a5a6a7a9aba9afa9aba9a7")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000", 0x10000,
        "ffffffffffffffffffffffffffffffffffffffffffffffff0000000000010000")]
    public void Write_IvAndCounter_AreXoredOnTheRight(string iv, ulong counter, string expected)
    {
        var nonce = new byte[iv.Length / 2];

        ChunkNonce.Write(Convert.FromHexString(iv), counter, nonce);

        Assert.Equal(expected, Hex.Of(nonce));
    }
}
