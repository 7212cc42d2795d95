using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Links;

public sealed class LaneHooksTests
{
    [Fact]
    public void Apply_Rate_IsDividedAmongTheLanesAndReachesTheSockets()
    {
        var pairs = Enumerable.Range(0, 4).Select(_ => LoopbackLanes.CreatePair()).ToArray();
        using var link = LinkOver([.. pairs.Select(pair => pair.First)]);
        using var other = LinkOver([.. pairs.Select(pair => pair.Second)]);
        var fitted = new LaneHooks { BytesPerSecond = 40_000_000_000 }.Apply(link);

        Assert.All(fitted.Lanes, lane => Assert.Equal(10_000_000_000, PacingRate(lane.Lane)));
        Assert.All(other.Lanes, lane => Assert.NotEqual(10_000_000_000, PacingRate(lane.Lane)));
    }

    [Fact]
    public void Apply_LaneThatCannotBeLimited_IsReported()
    {
        var (first, second) = MemoryLane.CreatePair(1024);
        using var ownsSecond = second;
        using var link = LinkOver([first]);

        Assert.Throws<NotSupportedException>(() => new LaneHooks { BytesPerSecond = 1 }.Apply(link));
    }

    [Fact]
    public void Apply_Sealer_IsWrappedAndNothingElseChanges()
    {
        var (first, second) = MemoryLane.CreatePair(1024);
        using var ownsSecond = second;
        using var link = LinkOver([first]);
        using var wrapper = new PlaintextSealer();
        var fitted = new LaneHooks { Sealer = sealer => sealer == link.Lanes[0].Sealer ? wrapper : sealer }.Apply(link);

        Assert.Equal(link.Peer, fitted.Peer);
        Assert.Same(wrapper, fitted.Lanes[0].Sealer);
        Assert.Same(link.Lanes[0].Lane, fitted.Lanes[0].Lane);
        Assert.Same(link.Lanes[0].Opener, fitted.Lanes[0].Opener);
        Assert.Same(link, new LaneHooks().Apply(link));
    }

    private static Link LinkOver(Lane[] lanes) =>
        new(1, [.. lanes.Select(lane => new LinkLane(lane, new PlaintextSealer(), new PlaintextOpener()))]);

    private static long PacingRate(Lane lane)
    {
        const int SolSocket = 1;
        const int SoMaxPacingRate = 47;
        using var socket = new Socket(new SafeSocketHandle(lane.Descriptor, ownsHandle: false));
        var value = new byte[sizeof(long)];
        Assert.Equal(value.Length, socket.GetRawSocketOption(SolSocket, SoMaxPacingRate, value));
        return MemoryMarshal.Read<long>(value);
    }
}
