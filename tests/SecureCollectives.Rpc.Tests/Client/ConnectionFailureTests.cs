using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc.Tests.Client;

public sealed class ConnectionFailureTests : IDisposable
{
    private readonly TcpListener _peer = new(IPAddress.Loopback, 0);

    public ConnectionFailureTests() => _peer.Start();

    private int Port => ((IPEndPoint)_peer.LocalEndpoint).Port;

    [Fact]
    public async Task Unary_UnknownHost_NameNotResolved() =>
        await AssertFailsAsync(
            ConnectionFailure.NameNotResolved, "no-such-host.invalid", options => options with { Host = "no-such-host.invalid" });

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
            options =>
                options with
                {
                    Tls = (_, _) => ValueTask.FromResult(
                    new System.Net.Security.SslClientAuthenticationOptions()),
                    ConnectTimeout = TimeSpan.FromMilliseconds(200)
                });

    [Fact]
    public async Task Unary_PeerSpeaksNoTls_TlsFailed()
    {
        var peer = AnswerAsync("SSH-2.0-x\r\n"u8.ToArray());

        await AssertFailsAsync(
            ConnectionFailure.TlsFailed, "TLS handshake", options =>
                options with { Tls = (_, _) => ValueTask.FromResult(new System.Net.Security.SslClientAuthenticationOptions()) });
        await peer;
    }

    [Fact]
    public async Task Unary_PeerClosesAtOnce_ClosedByPeer()
    {
        var peer = AnswerAsync([]);

        await AssertFailsAsync(ConnectionFailure.ClosedByPeer, "closed the connection before answering");
        await peer;
    }

    [Fact]
    public async Task Unary_PeerSpeaksHttp1_NotGrpc()
    {
        var peer = AnswerAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());

        await AssertFailsAsync(ConnectionFailure.NotGrpc, "something other than gRPC");
        await peer;
    }

    /// <summary>
    /// A new connection might reach a different peer. A caller that wants one opens it explicitly, and checks the peer's certificate again.
    /// </summary>
    [Fact]
    public async Task Unary_ServerRestarted_IsNeverSentOnAnotherConnection()
    {
        using var port = new RefusingPort();
        await using var first = await TestServer.StartAsync(_ => new RpcListener(port.EndPoint));
        await using var connection = await first.ConnectAsync();
        await connection.SayAsync("x");
        await first.DisposeAsync();
        await using var second = await TestServer.StartAsync(_ => new RpcListener(port.EndPoint));

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connection.SayAsync("x"));

        Assert.Equal(ConnectionFailure.Lost, failure.Failure);
        Assert.Null(second.Echo.LastConnection);
        await using var another = await second.ConnectAsync();
        await another.SayAsync("x");
    }

    [Fact]
    public async Task Unary_ManyAtOnce_ShareTheConnection()
    {
        var gate = new RecordingGate();
        await using var server = await TestServer.StartAsync(configure: options => options with { Gate = gate });
        await using var connection = await server.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => connection.SayAsync("x")));

        Assert.Equal(["admitted"], gate.Events);
    }

    [Fact]
    public async Task Unary_CallerCancels_HandlerIsCancelled()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task call = connection.SayAsync("wait", cancellationToken: cancel.Token);
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        await server.DisposeAsync();
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Unary_ConnectionDisposed_CallEndsAndHandlerIsCancelled()
    {
        await using var server = await TestServer.StartAsync();
        var connection = await server.ConnectAsync();
        Task call = connection.SayAsync("wait");
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        await connection.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => call.WaitAsync(TestLimits.Wait));
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.SayAsync("x"));
    }

    [Fact]
    public async Task Connect_Cancelled_OperationCanceled()
    {
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = Port };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ClientConnection.ConnectAsync(options, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Unary_RequestAboveOurLimit_ResourceExhaustedAndNothingIsSent()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await server.ConnectAsync(options => options with { MaxSendMessageSize = 100 });

        var failure = await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync(new string('x', 99)));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Null(server.Echo.LastConnection);
    }

    [Fact]
    public async Task Unary_ResponseAboveServersLimit_ResourceExhausted()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await server.ConnectAsync(options => options with { MaxReceiveMessageSize = 8 << 20 });

        var failure = await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync("grow"));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    public void Dispose() => _peer.Dispose();

    private async Task AssertFailsAsync(
        ConnectionFailure expected, string words, Func<ClientConnectionOptions, ClientConnectionOptions>? configure = null)
    {
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = Port };

        var failure = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using var connection = await ClientConnection.ConnectAsync(configure?.Invoke(options) ?? options, CancellationToken.None);
            await connection.SayAsync("x");
        });

        Assert.Equal(expected, failure.Failure);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains(words, failure.Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>Accepts one connection, sends the bytes after the first data from the client, and closes.</summary>
    private async Task AnswerAsync(byte[] answer)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        using var client = await _peer.AcceptTcpClientAsync(limit.Token);
        if (answer.Length == 0)
        {
            return;
        }

        var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[1], limit.Token);
        await stream.WriteAsync(answer, limit.Token);
        try
        {
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // The client has already closed.
        }
    }
}
