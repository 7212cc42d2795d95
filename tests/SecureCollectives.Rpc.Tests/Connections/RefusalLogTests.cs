using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Connections;

/// <summary>No peer can fill the log, whatever it does and however often.</summary>
public sealed class RefusalLogTests
{
    private static readonly IPEndPoint Peer = new(IPAddress.Parse("192.0.2.1"), 1);

    /// <summary>Every message above level Debug that a peer can cause, with its event id.</summary>
    private static readonly Dictionary<string, (int Event, Action<RefusalLog, IPEndPoint> Cause)> Causes = new()
    {
        ["handshake failed"] = (2, static (log, remote) => log.HandshakeFailed(remote, "words", null, "tls")),
        ["handshake late"] = (3, static (log, remote) => log.HandshakeTimedOut(remote, TimeSpan.FromSeconds(5))),
        ["no options"] = (4, static (log, remote) => log.HandshakeOptionsFailed(remote, new InvalidOperationException())),
        ["no HTTP/2"] = (5, static (log, remote) => log.PeerSpokeNoHttp2(remote)),
        ["preface late"] = (6, static (log, remote) => log.PrefaceTimedOut(remote, TimeSpan.FromSeconds(5))),
        ["authentication late"] = (7, static (log, remote) => log.AuthenticationTimedOut(remote, TimeSpan.FromSeconds(5))),
        ["unauthenticated call"] = (8, static (log, remote) => log.UnauthenticatedCall(remote)),
        ["too much before authentication"] = (10, static (log, remote) => log.UnauthenticatedPeerSentTooMuch(remote, 1)),
        ["too much without data"] = (11, static (log, remote) => log.PeerSentTooMuchWithoutData(remote, 1)),
        ["refused by the peer gate"] = (12, static (log, remote) => log.PeerWasRefused(remote, "words")),
        ["beyond its limit"] = (13, static (log, remote) => log.PeerExceededItsLimit(remote, "words")),
        ["accept failed"] = (14, static (log, remote) => log.AcceptFailed(remote, new InvalidOperationException())),
        ["handshake ended"] = (15, static (log, remote) => log.HandshakeEnded(remote)),
    };

    public static TheoryData<string> Names => [.. Causes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_ManyTimes_IsLoggedOnceAMinuteWithTheNumberLeftOut(string name)
    {
        var (id, cause) = Causes[name];
        var logger = new RecordingLogger();
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var log = new RefusalLog(logger, time);
        for (var i = 0; i < 13; i++)
        {
            cause(log, Peer);
        }

        Assert.Equal(id, Assert.Single(logger.Entries).EventId);
        time.Advance(LogThrottle.Interval);
        cause(log, Peer);
        Assert.Equal(2, logger.Entries.Count);
        Assert.EndsWith(" (12 more like it were not logged)", logger.Entries.Last().Message);
    }

    /// <summary>Through a real server: the first connection that speaks no HTTP/2 is logged, the others are not.</summary>
    [Fact]
    public async Task Server_ManyConnectionsWithoutHttp2_OneWarning()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var connection = await RawConnection.OpenAsync(server.Port);
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await connection.ReadToEndAsync(TestLimits.Wait);
        }

        // Each connection was logged, or not, before it was closed.
        Assert.Single(server.Log.Entries, entry => entry.Level == LogLevel.Warning);
    }
}
