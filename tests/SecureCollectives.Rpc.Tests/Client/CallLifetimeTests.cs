namespace SecureCollectives.Rpc.Tests.Client;

/// <summary>Every way in which a call can end early, and that both sides learn of it.</summary>
public sealed class CallLifetimeTests
{
    /// <summary>For calls that are to reach their handler and then end by it: ample for a call on a connection that is open.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Unary_CallerCancels_HandlerIsCancelled()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        using var cancel = new CancellationTokenSource();
        Task<RpcReply<Note>> call = channel.UnaryAsync(EchoMethods.Say, new Note { Text = "wait" }, TestLimits.Call, cancel.Token);
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        await cancel.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task Unary_TokenAlreadyCancelled_NothingIsSent()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, new CancellationToken(canceled: true)));

        Assert.Null(server.Echo.LastCall);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_BothSidesEnd()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = await ConnectedAsync(server);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(
            EchoMethods.Say, new Note { Text = "wait" }, RpcCallOptions.Within(Deadline), default));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, failure.Code);
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task Unary_NoDeadline_HandlerSeesNone()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        using var limit = new CancellationTokenSource(TestLimits.Wait);

        RpcReply<Note> reply = await channel.UnaryAsync(EchoMethods.Say, new Note { Text = "remaining" }, RpcCallOptions.None, limit.Token);

        Assert.Equal("none", reply.Message.Text);
    }

    [Fact]
    public async Task Duplex_CallDisposed_HandlerIsCancelled()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "a" }));
        Assert.Equal("a?", (await call.ReadAsync())?.Text);

        await call.DisposeAsync();

        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        Assert.False(await call.WriteAsync(new Note { Text = "b" }));
    }

    [Fact]
    public async Task Duplex_ChannelDisposedDuringARead_ReadEndsAndHandlerIsCancelled()
    {
        await using TestServer server = await TestServer.StartAsync();
        RpcChannel channel = server.Connect();
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "a" }));
        Assert.Equal("a?", (await call.ReadAsync())?.Text);
        Task<Note?> read = call.ReadAsync().AsTask();

        await channel.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(TestLimits.Wait));
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task Duplex_DeadlineWhileNobodyReads_HandlerIsCancelled()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = await ConnectedAsync(server);
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, RpcCallOptions.Within(Deadline), default);
        Assert.True(await call.WriteAsync(new Note { Text = "a" }));

        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);

        // Whichever side's clock is first: what had arrived may still be read, and then comes the deadline.
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAllAsync().CountAsync());
        Assert.Equal(RpcStatusCode.DeadlineExceeded, failure.Code);
    }

    [Fact]
    public async Task Duplex_ConnectionRetired_OldCallGoesOnWhileNewCallsGetANewConnection()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "a" }));
        Assert.Equal("a?", (await call.ReadAsync())?.Text);

        (await channel.GetConnectionAsync(default)).Retire();

        RpcReply<Note> reply = await channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default);
        Assert.NotSame(call.Connection, reply.Connection);
        Assert.True(await call.WriteAsync(new Note { Text = "b" }));
        Assert.Equal("b?", (await call.ReadAsync())?.Text);
        call.CompleteRequests();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Dispose_CallTwice_DoesNothingMore()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);

        await call.DisposeAsync();
        await call.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task Duplex_ReadAfterAFailure_ThrowsItAgain()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "fail" }));

        foreach (int _ in Enumerable.Range(0, 2))
        {
            RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
            Assert.Equal(RpcStatusCode.FailedPrecondition, failure.Code);
        }
    }

    [Fact]
    public async Task Unary_RequestAboveOurLimit_ResourceExhaustedAndNothingIsSent()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect(options => options with { MaxSendMessageSize = 100 });

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() =>
            channel.UnaryAsync(EchoMethods.Say, new Note { Text = new string('x', 99) }, TestLimits.Call, default));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Null(server.Echo.LastCall);
    }

    [Fact]
    public async Task Unary_ResponseAboveServersLimit_ResourceExhausted()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() =>
            channel.UnaryAsync(EchoMethods.Say, new Note { Text = "grow" }, TestLimits.Call, default));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Contains("response", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongKind_Throws()
    {
        await using var channel = new RpcChannel(new RpcChannelOptions { Host = "127.0.0.1", Port = 1 });

        Assert.Throws<ArgumentException>(() => channel.Duplex(EchoMethods.Say, TestLimits.Call, default));
    }

    /// <summary>A channel whose connection is open, so that no deadline has to last for that as well.</summary>
    private static async Task<RpcChannel> ConnectedAsync(TestServer server)
    {
        RpcChannel channel = server.Connect();
        await channel.UnaryAsync(EchoMethods.Say, new Note(), TestLimits.Call, default);
        return channel;
    }
}
