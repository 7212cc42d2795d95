using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>Tests who gets a pending lane, and that nobody else can take it, delay it or learn anything.</summary>
public sealed class TcpLaneListenerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RecordingLoggerFactory _logs = new();
    private readonly LinkEnds _link = LinkEnds.Agree();
    private readonly List<RawConnection> _owned = [];
    private readonly TcpLaneListener _listener;

    public TcpLaneListenerTests()
    {
        _listener = Listen(Patience.Limits);
        _listener.Expect(_link.Responder);
    }

    public static TheoryData<string, string> BadHellos => new()
    {
        { "proof changed", nameof(HelloStatus.WrongProof) },
        { "proof of zeros", nameof(HelloStatus.WrongProof) },
        { "lane changed", nameof(HelloStatus.WrongProof) },
        { "lane unknown", nameof(HelloStatus.UnknownLane) },
        { "link id changed", nameof(HelloStatus.WrongLink) },
        { "magic changed", nameof(HelloStatus.Malformed) },
        { "version changed", nameof(HelloStatus.Malformed) },
        { "zero byte set", nameof(HelloStatus.Malformed) },
        { "of another link", nameof(HelloStatus.WrongLink) },
        { "of another link with this one's id", nameof(HelloStatus.WrongProof) },
        { "random", nameof(HelloStatus.Malformed) },
    };

    public void Dispose()
    {
        _owned.ForEach(connection => connection.Dispose());
        _listener.Dispose();
        _link.Dispose();
    }

    [Fact]
    public async Task Hello_Valid_IsAnsweredAndTheLinkCompletes()
    {
        for (ushort lane = 0; lane < LinkEnds.LaneCount; lane++)
        {
            Assert.False(_link.Responder.Completion.IsCompleted);
            await ConnectRightfullyAsync(lane);
        }

        using var link = await _link.Responder.Completion.WaitAsync(Limit);
        Assert.Equal(LinkEnds.LaneCount, link.Lanes.Count);
    }

    [Fact]
    public async Task Connector_ThisListener_GetsALaneThatMovesBytes()
    {
        using var first = await ConnectWithConnectorAsync(0, _listener.Port);
        using var second = await ConnectWithConnectorAsync(1, _listener.Port);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);

        Assert.Equal(LaneOutcome.Moved, second.TrySend([1, 2, 3], [4, 5], out var sent));
        Assert.Equal(5, sent);
        var received = new byte[5];
        var count = 0;
        for (var started = Stopwatch.GetTimestamp(); count < received.Length && Stopwatch.GetElapsedTime(started) < Limit;)
        {
            if (link.Lanes[1].Lane.TryReceive(received.AsSpan(count), out var more) == LaneOutcome.Moved)
            {
                count += more;
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], received);
    }

    [Theory]
    [MemberData(nameof(BadHellos))]
    public async Task Hello_Invalid_ClosesOnlyThatConnection(string bad, string status)
    {
        using var rawConnection = await RawConnection.OpenAsync(_listener.Port);
        await rawConnection.SendAsync(Spoil(bad));
        Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        await LoggedAsync($"from {rawConnection.Local} ", $"({status})");

        // The lane is still pending for the rightful worker.
        await ConnectRightfullyAsync(0);
        await ConnectRightfullyAsync(1);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
    }

    [Fact]
    public async Task Hello_AnyBitFlipped_IsRefused()
    {
        using var listener = Listen(Patience.Limits with { MaxHandshakesPerSecond = 100_000, MaxHandshakesPerSecondPerSource = 100_000 });
        listener.Expect(_link.Responder);
        for (var bit = 0; bit < LaneHello.Length * 8; bit++)
        {
            var hello = _link.Hello(0);
            hello[bit / 8] ^= (byte)(1 << (bit % 8));
            using var rawConnection = await RawConnection.OpenAsync(listener.Port);
            await rawConnection.SendAsync(hello);
            Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        }

        // All refusals concern one address and are of few kinds, so they do not fill the log.
        Assert.InRange(
            _logs.Warnings.Count(warning => warning.Contains("its hello was refused", StringComparison.Ordinal)),
            1,
            LogThrottle.MaxKindsPerSource);
        await ConnectRightfullyAsync(0, listener.Port);
    }

    [Fact]
    public async Task Hello_ReplayedWhileTheLinkIsPending_IsRefused()
    {
        var hello = _link.Hello(0);
        using var rightful = await RawConnection.OpenAsync(_listener.Port);
        await rightful.SendAsync(hello);
        var answer = await rightful.ReadExactlyAsync(LaneHello.AnswerLength, Limit);
        Assert.Equal(HelloStatus.Ok, _link.Initiator.VerifyAnswer(0, hello, answer));

        await RefuseAsync(hello, HelloStatus.AlreadyUsed);
        await ConnectRightfullyAsync(1);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
    }

    [Fact]
    public async Task Hello_ReplayedWhenTheLinkIsComplete_IsRefused()
    {
        await ConnectRightfullyAsync(0);
        await ConnectRightfullyAsync(1);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
        await RefuseAsync(_link.Hello(0), HelloStatus.Closed);
        _listener.Forget(_link.Responder);
        await RefuseAsync(_link.Hello(0), HelloStatus.WrongLink);
    }

    [Fact]
    public async Task Hello_LinkAbandoned_IsRefused()
    {
        _link.Responder.Dispose();
        await RefuseAsync(_link.Hello(0), HelloStatus.Closed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _link.Responder.Completion.WaitAsync(Limit));
    }

    /// <summary>The acceptor's answer uses the key of the other direction, so reflecting it proves nothing.</summary>
    [Fact]
    public async Task Answer_ReflectedAsProof_IsRefused()
    {
        using var victim = await RawConnection.OpenAsync(_listener.Port);
        await victim.SendAsync(_link.Hello(0));
        var answer = await victim.ReadExactlyAsync(LaneHello.AnswerLength, Limit);
        byte[] reflected = [.. _link.Hello(1)[..LaneHello.SignedLength], .. answer];
        await RefuseAsync(reflected, HelloStatus.WrongProof);
    }

    public static TheoryData<string> FalseAcceptors => ["reflects the hello", "random", "zeros", "too short", "silent", "closes"];

    /// <summary>
    /// If another process has taken the acceptor's address, the connector notices within bounded time, whatever the process answers.
    /// </summary>
    [Theory]
    [MemberData(nameof(FalseAcceptors))]
    public async Task Connector_FalseAcceptor_GetsNoLane(string kind)
    {
        using var acceptor = new TcpListener(IPAddress.Loopback, 0);
        acceptor.Start();
        var saysTooLittle = kind is "silent" or "too short";
        var connecting = Assert.ThrowsAsync<LaneConnectException>(
            () => ConnectWithConnectorAsync(
                0, ((IPEndPoint)acceptor.LocalEndpoint).Port, timeout: saysTooLittle ? TimeSpan.FromSeconds(1) : Limit));
        using var accepted = await acceptor.AcceptSocketAsync().WaitAsync(Limit);
        var hello = new byte[LaneHello.Length];
        await using var stream = new NetworkStream(accepted);
        await stream.ReadExactlyAsync(hello).AsTask().WaitAsync(Limit);
        Assert.Equal(_link.Hello(0), hello);
        await stream.WriteAsync(kind switch
        {
            "reflects the hello" => hello[^LaneHello.AnswerLength..],
            "random" => RandomNumberGenerator.GetBytes(LaneHello.AnswerLength),
            "zeros" => new byte[LaneHello.AnswerLength],
            "too short" => new byte[LaneHello.AnswerLength - 1],
            _ => [],
        });
        if (kind == "closes")
        {
            accepted.Close();
        }

        var failure = await connecting.WaitAsync(Limit);
        Assert.Contains(
            saysTooLittle ? "was not confirmed within 1 s" : kind == "closes" ? "closed before it was confirmed" : "does not hold the keys",
            failure.Message);
    }

    [Fact]
    public async Task Connector_Cancelled_EndsImmediately()
    {
        using var acceptor = new TcpListener(IPAddress.Loopback, 0);
        acceptor.Start();
        using var stop = new CancellationTokenSource();
        var connecting = ConnectWithConnectorAsync(0, ((IPEndPoint)acceptor.LocalEndpoint).Port, cancellationToken: stop.Token);
        using var accepted = await acceptor.AcceptSocketAsync().WaitAsync(Limit);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Connector_NobodyListens_FailsWithTheReason()
    {
        _listener.Dispose();
        await Assert.ThrowsAsync<LaneConnectException>(() => ConnectWithConnectorAsync(0, _listener.Port));
    }

    /// <summary>A hello may arrive byte by byte, as long as it is complete in time.</summary>
    [Fact]
    public async Task Hello_InPieces_IsAccepted()
    {
        var hello = _link.Hello(0);
        using var connection = await RawConnection.OpenAsync(_listener.Port);
        foreach (var part in hello)
        {
            await connection.SendAsync([part]);
        }

        var answer = await connection.ReadExactlyAsync(LaneHello.AnswerLength, Limit);
        Assert.Equal(HelloStatus.Ok, _link.Initiator.VerifyAnswer(0, hello, answer));
    }

    [Fact]
    public async Task Hello_Incomplete_IsClosedAfterTwoSeconds()
    {
        using var listener = Listen(Patience.LimitsExceptForTheHello);
        listener.Expect(_link.Responder);
        var started = Stopwatch.GetTimestamp();
        using var silent = await RawConnection.OpenAsync(listener.Port);

        // Use another address, because only the first refusal for each address is logged.
        using var half = await RawConnection.OpenAsync(listener.Port, IPAddress.Parse("127.0.0.2"));
        await half.SendAsync(_link.Hello(0)[..^1]);
        await Task.WhenAll(silent.ReadToEndAsync(Limit), half.ReadToEndAsync(Limit));
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(1.9), "The connections were closed early.");
        await LoggedAsync($"from {silent.Local} ", "no hello came within 2 s");
        await LoggedAsync($"from {half.Local} ", "no hello came within 2 s");

        // The port accepts the next connection, and the lane is still pending for the rightful worker, at a port whose time limits it
        // cannot exceed.
        using var next = await RawConnection.OpenAsync(listener.Port);
        await next.SendAsync(Spoil("proof changed"));
        await next.ReadToEndAsync(Limit);
        await LoggedAsync($"from {next.Local} ", "lane connection");
        await ConnectRightfullyAsync(0);
    }

    /// <summary>When silent connections occupy all places, the oldest of them is closed, never a lane and never the newcomer.</summary>
    [Fact]
    public async Task UnauthenticatedConnections_MoreThanThereArePlaces_TheOldestGoes()
    {
        using var listener = Listen(Patience.Limits with { MaxConnections = 3, MaxConnectionsPerSource = 3 });
        listener.Expect(_link.Responder);
        await ConnectRightfullyAsync(0, listener.Port);
        var rawConnections = new List<RawConnection>();
        for (var i = 0; i < 4; i++)
        {
            rawConnections.Add(await RawConnection.OpenAsync(listener.Port));
        }

        Assert.Empty(await rawConnections[0].ReadToEndAsync(Limit));
        await LoggedAsync($"from {rawConnections[0].Local} ", "too many unauthenticated connections");
        await ConnectRightfullyAsync(1, listener.Port);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
        rawConnections.ForEach(rawConnection => rawConnection.Dispose());
    }

    /// <summary>A connection that was reset while it waited to be accepted does not make the listener pause.</summary>
    [Fact]
    public async Task UnauthenticatedConnections_ResetAtOnce_DoNotPauseTheListener()
    {
        using var listener = Listen(Patience.Limits with { MaxHandshakesPerSecond = 100_000, MaxHandshakesPerSecondPerSource = 100_000 });
        listener.Expect(_link.Responder);
        for (var i = 0; i < 200; i++)
        {
            using var socket = new Socket(
                AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            { LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync(IPAddress.Loopback, listener.Port);
        }

        await ConnectRightfullyAsync(0, listener.Port);
        Assert.DoesNotContain(_logs.Warnings, warning => warning.Contains("could not be accepted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UnauthenticatedConnections_TooManyPerSecond_AreClosedUnread()
    {
        // There is a place for every connection, so only their rate matters. The gate's own tests check which connections fall within the
        // same second.
        const int Many = 20;
        using var listener = Listen(
            Patience.Limits with { MaxHandshakesPerSecond = 1, MaxConnections = Many, MaxConnectionsPerSource = Many });
        var rawConnections = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => RawConnection.OpenAsync(listener.Port)));
        _owned.AddRange(rawConnections);
        await LoggedAsync("lane connection", "too many unauthenticated connections");
        var logged = _logs.Logger.Entries.Select(entry => entry.Message).ToArray();
        var turnedAway = rawConnections
            .Where(rawConnection => logged.Any(message => message.Contains($"from {rawConnection.Local} ", StringComparison.Ordinal)))
                .ToArray();
        Assert.InRange(turnedAway.Length, 1, Many - 1);
        foreach (var rawConnection in turnedAway)
        {
            Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        }
    }

    [Fact]
    public async Task Dispose_WithUnauthenticatedConnectionsAndPendingLinks_ClosesThem()
    {
        using var rawConnection = await RawConnection.OpenAsync(_listener.Port);
        await rawConnection.SendAsync([0]);
        _listener.Dispose();
        Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(_listener.Port));
    }

    private byte[] Spoil(string bad)
    {
        var hello = _link.Hello(0);
        using var other = LinkEnds.Agree();
        switch (bad)
        {
            case "proof changed":
                hello[^1] ^= 1;
                return hello;
            case "proof of zeros":
                hello.AsSpan(LaneHello.SignedLength).Clear();
                return hello;
            case "lane changed":
                hello[7] = 1;
                return hello;
            case "lane unknown":
                hello[7] = (byte)LinkEnds.LaneCount;
                return hello;
            case "link id changed":
                hello[LaneHello.SignedLength - 1] ^= 1;
                return hello;
            case "magic changed":
                hello[0] ^= 1;
                return hello;
            case "version changed":
                hello[4]++;
                return hello;
            case "zero byte set":
                hello[5] = 1;
                return hello;
            case "of another link":
                return other.Hello(0);
            case "of another link with this one's id":
                return [.. hello[..LaneHello.SignedLength], .. other.Hello(0)[LaneHello.SignedLength..]];
            default:
                RandomNumberGenerator.Fill(hello);
                hello[0] = 0;
                return hello;
        }
    }

    private async Task ConnectRightfullyAsync(ushort lane, int? port = null)
    {
        var hello = _link.Hello(lane);
        var connection = await RawConnection.OpenAsync(port ?? _listener.Port);
        _owned.Add(connection);
        await connection.SendAsync(hello);
        var answer = await connection.ReadExactlyAsync(LaneHello.AnswerLength, Limit);
        Assert.Equal(HelloStatus.Ok, _link.Initiator.VerifyAnswer(lane, hello, answer));
    }

    private async Task RefuseAsync(byte[] hello, HelloStatus status)
    {
        using var rawConnection = await RawConnection.OpenAsync(_listener.Port);
        await rawConnection.SendAsync(hello);
        Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        await LoggedAsync($"from {rawConnection.Local} ", $"({status})");
    }

    private Task<Lane> ConnectWithConnectorAsync(
        ushort lane, int port, TimeSpan? timeout = null, CancellationToken cancellationToken = default) => Task.Run(
        () => new TcpLaneConnector(new IPEndPoint(IPAddress.Loopback, port), _link.Initiator, lane, tls: null, timeout ?? Limit,
            cancellationToken).Connect(LinkEnds.ResponderIdentity),
        CancellationToken.None);

    private Task LoggedAsync(string who, string why) =>
        _logs.WaitForAsync(message => message.Contains(who, StringComparison.Ordinal) && message.Contains(why, StringComparison.Ordinal));

    private TcpLaneListener Listen(AdmissionLimits limits) => new(IPAddress.Loopback, limits, tls: null, _logs.Logger);
}
