using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Connections;

public sealed class ConnectionGateTests
{
    [Fact]
    public async Task Gate_Refuses_ClosedByPeerAndNoCall()
    {
        var gate = new RecordingGate(admits: false);
        await using var server = await TestServer.StartAsync(configure: options => options with { Gate = gate });

        // The reset is noticed while connecting or right after it.
        var failure = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using var connection = await server.ConnectAsync();
            await connection.SayAsync("x");
        });

        Assert.Equal(ConnectionFailure.ClosedByPeer, failure.Failure);
        Assert.Equal(["refused"], gate.Events);
        Assert.Null(server.Echo.LastConnection);
    }

    [Fact]
    public async Task Gate_PlaintextListener_AuthenticatesOnlyWhenAHandlerSaysSo()
    {
        var gate = new RecordingGate();
        await using var server = await TestServer.StartAsync(configure: options => options with { Gate = gate });
        var connection = await server.ConnectAsync();
        await connection.SayAsync("x");
        Assert.Equal(["admitted"], gate.Events);
        Assert.Equal(connection.Peer.Local, gate.Remote);

        server.Echo.LastConnection!.MarkAuthenticated();
        server.Echo.LastConnection.MarkAuthenticated();
        await connection.DisposeAsync();

        await gate.LeftAsync();
        Assert.Equal(["admitted", "authenticated", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_AbortsDuringACall_CallEndsAndHandlerIsCancelled()
    {
        var gate = new RecordingGate();
        await using var server = await TestServer.StartAsync(configure: options => options with { Gate = gate });
        await using var connection = await server.ConnectAsync();
        Task call = connection.SayAsync("wait");
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        (await gate.AdmittedAsync())();

        Assert.Equal(ConnectionFailure.Lost, (await Assert.ThrowsAsync<ConnectionException>(() => call)).Failure);
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        await gate.LeftAsync();
    }

    [Fact]
    public async Task Gate_DualModeListener_SeesIPv4PeersAsIPv4()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        var gate = new RecordingGate();
        await using var server = await TestServer.StartAsync(
            _ => new RpcListener(new IPEndPoint(IPAddress.IPv6Any, 0)), options => options with { Gate = gate });
        await using var connection = await server.ConnectAsync();

        await connection.SayAsync("x");

        Assert.Equal(IPAddress.Loopback, gate.Remote!.Address);
    }

    /// <summary>Listeners share the gate, so a connection to another listener may take this connection's place before it exists.</summary>
    [Fact]
    public async Task Gate_GivesThePlaceAwayBeforeTheConnectionExists_ConnectionIsClosed()
    {
        var gate = new RecordingGate(abortsAtOnce: true);

        // The handshake's time limit is long, so that it is not what closes the connection.
        await using var server = await TestServer.StartAsync(
            configure: options => options with { Gate = gate, HandshakeTimeout = TimeSpan.FromMinutes(10) });
        using var connection = await RawConnection.OpenAsync(server.Port);

        Assert.Empty(await connection.ReadToEndAsync(TestLimits.Wait));
        await gate.LeftAsync();
        Assert.Equal(["admitted", "left"], gate.Events);
        await server.Log.WaitForAsync(LogLevel.Debug, "newer connections took its place");
    }
}
