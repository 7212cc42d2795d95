using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Tests.Parameters;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("65536", 65536, "64K", "64 KiB")]
    [InlineData("64K", 65536, "64K", "64 KiB")]
    [InlineData("16m", 16 << 20, "16M", "16 MiB")]
    [InlineData("1G", 1 << 30, "1G", "1 GiB")]
    [InlineData("65532", 65532, "65532", "65532 B")]
    public void TryParse_Size_IsReadAndDescribed(string text, long bytes, string form, string description)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
        Assert.Equal(form, size.ToString());
        Assert.Equal(description, ByteSize.Describe(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("-1")]
    [InlineData("1.5K")]
    [InlineData("64KB")]
    [InlineData("9999999999999G")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("10Gbit", 10_000_000_000, "10Gbit")]
    [InlineData("2.5gbit", 2_500_000_000, "2.5Gbit")]
    [InlineData("500Mbit", 500_000_000, "500Mbit")]
    [InlineData("64Kbit", 64_000, "64Kbit")]
    public void TryParse_Rate_IsReadAndDescribed(string text, long bits, string form)
    {
        Assert.True(BitRate.TryParse(text, out var rate));
        Assert.Equal(bits, rate);
        Assert.Equal(form, BitRate.Describe(rate));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("10G")]
    [InlineData("-1Gbit")]
    [InlineData("0Gbit")]
    [InlineData("NaNGbit")]
    [InlineData("Gbit")]
    public void TryParse_NoRate_IsRefused(string text) => Assert.False(BitRate.TryParse(text, out _));
}
