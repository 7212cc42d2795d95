using System.Net;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Links;

/// <summary>No peer can fill the log, whatever it does at a lane port and however often.</summary>
public sealed class LaneRefusalLogTests
{
    private static readonly IPEndPoint Peer = new(IPAddress.Parse("2001:db8::1"), 1);

    /// <summary>Another address of the same network.</summary>
    private static readonly IPAddress Neighbour = IPAddress.Parse("2001:db8::2");

    /// <summary>Every message above level Debug that a peer can cause, with its event id.</summary>
    private static readonly Dictionary<string, (int Event, Action<LaneRefusalLog, IPAddress> Cause)> Causes = new()
    {
        ["hello refused"] = (1, static (log, source) => log.HelloWasRefused(Peer, source, HelloStatus.WrongProof)),
        ["hello late"] = (2, static (log, source) => log.HelloWasLate(Peer, source, TimeSpan.FromSeconds(2))),
        ["TLS failed"] = (9, static (log, source) => log.TlsFailed(Peer, source, "words")),
        ["step failed"] = (10, static (log, source) => log.HandshakeStepFailed(source, new InvalidOperationException())),
        ["accept failed"] = (7, static (log, _) => log.AcceptFailed(":1", new InvalidOperationException())),
    };

    public static TheoryData<string> Names => [.. Causes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_ManyTimes_IsLoggedOnceAMinuteWithTheNumberLeftOut(string name)
    {
        var (id, cause) = Causes[name];
        var logger = new RecordingLogger();
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var log = new LaneRefusalLog(logger, time);
        cause(log, Peer.Address);
        for (var i = 0; i < 12; i++)
        {
            cause(log, Neighbour);
        }

        Assert.Equal(id, Assert.Single(logger.Entries).EventId);
        time.Advance(LogThrottle.Interval);
        cause(log, Peer.Address);
        Assert.Equal(2, logger.Entries.Count);
        Assert.EndsWith(" (12 more like it were not logged)", logger.Entries.Last().Message);
    }

    /// <summary>Refusing a hello for a new reason is logged; only repetitions of the same reason are left out.</summary>
    [Fact]
    public void HelloWasRefused_ForAnotherReason_IsLogged()
    {
        var logger = new RecordingLogger();
        var log = new LaneRefusalLog(logger, TimeProvider.System);

        log.HelloWasRefused(Peer, Peer.Address, HelloStatus.WrongProof);
        log.HelloWasRefused(Peer, Peer.Address, HelloStatus.WrongLink);

        Assert.Equal(2, logger.Entries.Count);
    }
}
