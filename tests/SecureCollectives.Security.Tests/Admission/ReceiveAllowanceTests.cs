using SecureCollectives.Security.Admission;

namespace SecureCollectives.Security.Tests.Admission;

public sealed class ReceiveAllowanceTests
{
    private readonly ReceiveAllowance _allowance = new();

    [Fact]
    public void Spend_BeforeTheHandshake_IsLimitedTo16KiBWhateverIsEarned()
    {
        _allowance.Spend(10_000);
        _allowance.Earn(1_000_000);
        Assert.Equal(16 * 1024, _allowance.Left);
        _allowance.Spend(16 * 1024);
        Assert.Equal(0, _allowance.Left);
        Assert.Contains("16384 bytes arrived before its handshake was complete", _allowance.Excess);
        Assert.Throws<ArgumentOutOfRangeException>(() => _allowance.Spend(1));
    }

    [Fact]
    public void Spend_AfterTheHandshake_IsLimitedTo64KiBWithoutProgress()
    {
        _allowance.Spend(16 * 1024);
        _allowance.CompleteHandshake();
        _allowance.Spend(64 * 1024);
        Assert.Equal(0, _allowance.Left);
        Assert.Contains("65536 bytes arrived that carry no data", _allowance.Excess);
    }

    /// <summary>If each received byte reset the allowance, one byte would pay for 64 KiB of key changes.</summary>
    [Fact]
    public void Earn_OneByte_PaysForFour()
    {
        _allowance.CompleteHandshake();
        _allowance.Spend(1000);
        _allowance.Earn(1);
        Assert.Equal((64 * 1024) - 996, _allowance.Left);
    }

    /// <summary>Frames of 32 bytes, each in its own record, and full records: neither ever comes close to the limit.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(16 * 1024)]
    public void Left_HonestTraffic_StaysNearlyFull(int length)
    {
        const int RecordOverhead = 22;
        _allowance.CompleteHandshake();
        for (var i = 0; i < 10_000; i++)
        {
            _allowance.Spend(length + RecordOverhead);
            _allowance.Earn(length);
            Assert.Equal(ReceiveAllowance.WithoutProgress, _allowance.Left);
        }
    }
}
