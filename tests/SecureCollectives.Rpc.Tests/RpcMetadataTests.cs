namespace SecureCollectives.Rpc.Tests;

public sealed class RpcMetadataTests
{
    [Theory]
    [InlineData("grpc-status")]
    [InlineData("content-type")]
    [InlineData("te")]
    [InlineData(":path")]
    [InlineData("X-Upper")]
    [InlineData("with space")]
    [InlineData("bytes-bin")]
    [InlineData("")]
    public void Add_NameReservedOrMalformed_Throws(string name) => Assert.Throws<ArgumentException>(() => new RpcMetadata().Add(name, "value"));

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("ü")]
    public void Add_ValueNotPrintableAscii_Throws(string value) => Assert.Throws<ArgumentException>(() => new RpcMetadata().Add("name", value));

    [Fact]
    public void Add_BytesUnderTextName_Throws() => Assert.Throws<ArgumentException>(() => new RpcMetadata().Add("name", [1]));

    [Fact]
    public void TryAddFromWire_BinaryValuesJoinedByComma_AreSeparateEntries()
    {
        var metadata = new RpcMetadata();

        Assert.True(metadata.TryAddFromWire("x-bin", "AA==,AQ"));

        Assert.Equal([[0], [1]], metadata.Select(entry => entry.Bytes!));
    }

    [Fact]
    public void TryAddFromWire_BinaryNotBase64_IsRefused() => Assert.False(new RpcMetadata().TryAddFromWire("x-bin", "!"));
}
