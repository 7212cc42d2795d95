using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc.Tests.Server;

public sealed class ConnectionGateTests
{
    [Fact]
    public async Task Gate_Refuses_ClosedByPeerAndNoCall()
    {
        var gate = new RecordingGate(admits: false);
        await using TestServer server = await TestServer.StartAsync(listener => listener with { Gate = gate });
        await using RpcChannel channel = server.Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default));

        Assert.Equal(ConnectionFailure.ClosedByPeer, failure.Connection);
        Assert.Equal(["refused"], gate.Events);
        Assert.Null(server.Echo.LastCall);
    }

    [Fact]
    public async Task Gate_PlaintextListener_AuthenticatesOnlyWhenAHandlerSaysSo()
    {
        var gate = new RecordingGate();
        await using TestServer server = await TestServer.StartAsync(listener => listener with { Gate = gate });
        RpcChannel channel = server.Connect();
        RpcReply<Note> reply = await channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default);
        Assert.Equal(["admitted"], gate.Events);
        Assert.Equal(reply.Connection.Local, gate.Remote);

        server.Echo.LastCall!.Connection.MarkAuthenticated();
        server.Echo.LastCall.Connection.MarkAuthenticated();
        await channel.DisposeAsync();

        await gate.LeftAsync();
        Assert.Equal(["admitted", "authenticated", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_AbortsDuringACall_CallEndsAndHandlerIsCancelled()
    {
        var gate = new RecordingGate();
        await using TestServer server = await TestServer.StartAsync(listener => listener with { Gate = gate });
        await using RpcChannel channel = server.Connect();
        Task<RpcReply<Note>> call = channel.UnaryAsync(EchoMethods.Say, new Note { Text = "wait" }, TestLimits.Call, default);
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        (await gate.AdmittedAsync())();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(ConnectionFailure.Lost, failure.Connection);
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        await gate.LeftAsync();
    }

    [Fact]
    public async Task Gate_DualModeListener_SeesIPv4PeersAsIPv4()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        var gate = new RecordingGate();
        await using TestServer server = await TestServer.StartAsync(_ => new RpcListener(new IPEndPoint(IPAddress.IPv6Any, 0)) { Gate = gate });
        await using RpcChannel channel = server.Connect();

        await channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default);

        Assert.Equal(IPAddress.Loopback, gate.Remote!.Address);
    }
}
