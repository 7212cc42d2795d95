using SecureCollectives.Testing;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tests.Native;

public sealed class CongestionControlTests
{
    [Fact]
    public void TrySet_Reno_IsInUseAfterwards()
    {
        var (first, second) = LoopbackLanes.CreatePair();
        using (first)
        using (second)
        {
            // Reno is part of every kernel's TCP.
            Assert.True(CongestionControl.TrySet(first.Descriptor, "reno"));
            Assert.Equal("reno", CongestionControl.Get(first.Descriptor));
        }
    }

    [Theory]
    [InlineData("no-such")]
    [InlineData("a-name-that-is-longer-than-any-that-the-kernel-has")]
    public void TrySet_UnknownName_IsRefusedAndChangesNothing(string name)
    {
        var (first, second) = LoopbackLanes.CreatePair();
        using (first)
        using (second)
        {
            var before = CongestionControl.Get(first.Descriptor);
            Assert.False(CongestionControl.TrySet(first.Descriptor, name));
            Assert.Equal(before, CongestionControl.Get(first.Descriptor));
        }
    }

    [Fact]
    public void RoundTripTime_LoopbackConnection_IsMeasured()
    {
        var (first, second) = LoopbackLanes.CreatePair();
        using (first)
        using (second)
        {
            Assert.InRange(CongestionControl.RoundTripTime(first.Descriptor)!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Get_NotASocket_ReturnsNull()
    {
        using var signal = new LoopSignal();
        Assert.Null(CongestionControl.Get(signal.Descriptor));
        Assert.Null(CongestionControl.RoundTripTime(signal.Descriptor));
    }
}
