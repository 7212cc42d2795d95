using System.Net;
using System.Net.Sockets;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Measuring;

public sealed class WireTrafficTests
{
    [Fact]
    public void Parse_Netstat_FindsTheFieldByItsName() =>
        Assert.Equal(927,
            WireTraffic.Parse(["TcpExt: SyncookiesSent OutOctets", "TcpExt: 1 2", "IpExt: InNoRoutes InOctets OutOctets InMcastOctets",
                "IpExt: 0 14 927 560"]));

    [Fact]
    public void Between_RanksThatShareAStack_AreCountedOnce() =>
        Assert.Equal(
            120 + 7,
            WireTraffic.Between([new(1, 1000), new(1, 1000), new(2, 50)], [new(1, 1100), new(1, 1120), new(2, 57)]));

    [Fact]
    public void Now_BytesSent_AreSeen()
    {
        const int Length = 200_000;
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new UdpClient();
        var before = WireTraffic.Now();

        for (var i = 0; i < 4; i++)
        {
            sender.Send(new byte[Length / 4], (IPEndPoint)receiver.Client.LocalEndPoint!);
        }

        var after = WireTraffic.Now();
        Assert.Equal(before.Namespace, after.Namespace);
        Assert.True(after.SentBytes - before.SentBytes >= Length, $"{after.SentBytes - before.SentBytes} bytes were counted.");
    }
}
