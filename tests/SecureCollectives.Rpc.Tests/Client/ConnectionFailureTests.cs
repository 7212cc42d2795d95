using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc.Tests.Client;

public sealed class ConnectionFailureTests : IDisposable
{
    private readonly TcpListener _peer = new(IPAddress.Loopback, 0);

    public ConnectionFailureTests() => _peer.Start();

    private int Port => ((IPEndPoint)_peer.LocalEndpoint).Port;

    [Fact]
    public async Task Unary_UnknownHost_NameNotResolved() =>
        await AssertFailsAsync(ConnectionFailure.NameNotResolved, "no-such-host.invalid", options => options with { Host = "no-such-host.invalid" });

    [Fact]
    public async Task Unary_NothingListens_Refused()
    {
        using var port = new RefusingPort();

        await AssertFailsAsync(ConnectionFailure.Refused, $"{port.EndPoint} refused", options => options with { Port = port.Number });
    }

    [Fact]
    public async Task Unary_PeerNeverFinishesTls_TimedOut() =>
        await AssertFailsAsync(
            ConnectionFailure.TimedOut,
            "0.2 s",
            options => options with { Tls = (_, _) => ValueTask.FromResult(new System.Net.Security.SslClientAuthenticationOptions()), ConnectTimeout = TimeSpan.FromMilliseconds(200) });

    [Fact]
    public async Task Unary_PeerSpeaksNoTls_TlsFailed()
    {
        Task peer = AnswerAsync("SSH-2.0-x\r\n"u8.ToArray());

        await AssertFailsAsync(
            ConnectionFailure.TlsFailed, "TLS handshake", options => options with { Tls = (_, _) => ValueTask.FromResult(new System.Net.Security.SslClientAuthenticationOptions()) });
        await peer;
    }

    [Fact]
    public async Task Unary_PeerClosesAtOnce_ClosedByPeer()
    {
        Task peer = AnswerAsync([]);

        await AssertFailsAsync(ConnectionFailure.ClosedByPeer, "closed the connection before it answered");
        await peer;
    }

    [Fact]
    public async Task Unary_PeerSpeaksHttp1_NotGrpc()
    {
        Task peer = AnswerAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());

        await AssertFailsAsync(ConnectionFailure.NotGrpc, "instead of gRPC");
        await peer;
    }

    [Fact]
    public async Task Unary_ServerCameUpLater_NextCallSucceeds()
    {
        using var port = new RefusingPort();
        await using var channel = new RpcChannel(new RpcChannelOptions { Host = "127.0.0.1", Port = port.Number });
        await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));

        await using TestServer server = await TestServer.StartAsync(_ => new RpcListener(port.EndPoint));

        await SayAsync(channel);
    }

    [Fact]
    public async Task Unary_ServerRestarted_NextCallGetsANewConnection()
    {
        using var port = new RefusingPort();
        await using TestServer first = await TestServer.StartAsync(_ => new RpcListener(port.EndPoint));
        await using RpcChannel channel = first.Connect();
        RpcConnection before = (await SayAsync(channel)).Connection;
        Task ended = (await channel.GetConnectionAsync(default)).Ended;
        await first.DisposeAsync();
        await ended.WaitAsync(TestLimits.Wait);

        await using TestServer second = await TestServer.StartAsync(_ => new RpcListener(port.EndPoint));

        RpcConnection after = (await SayAsync(channel)).Connection;
        Assert.NotSame(before, after);
    }

    [Fact]
    public async Task Unary_ManyAtOnce_ShareOneConnection()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();

        RpcReply<Note>[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SayAsync(channel)));

        Assert.Single(replies.Select(reply => reply.Connection).Distinct());
    }

    public void Dispose() => _peer.Dispose();

    private static Task<RpcReply<Note>> SayAsync(RpcChannel channel) => channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default);

    private async Task AssertFailsAsync(ConnectionFailure expected, string words, Func<RpcChannelOptions, RpcChannelOptions>? configure = null)
    {
        var options = new RpcChannelOptions { Host = "127.0.0.1", Port = Port };
        await using var channel = new RpcChannel(configure?.Invoke(options) ?? options);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));

        Assert.Equal(expected, failure.Connection);
        Assert.Equal(RpcStatusCode.Unavailable, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Takes one connection, sends the bytes once the client has said something, and closes.</summary>
    private async Task AnswerAsync(byte[] answer)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        using TcpClient client = await _peer.AcceptTcpClientAsync(limit.Token);
        if (answer.Length == 0)
        {
            return;
        }

        NetworkStream stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[1], limit.Token);
        await stream.WriteAsync(answer, limit.Token);
        try
        {
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // The client had enough.
        }
    }
}
