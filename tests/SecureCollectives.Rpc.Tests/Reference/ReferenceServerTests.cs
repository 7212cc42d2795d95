using System.Globalization;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>Our client calls the reference implementation's server.</summary>
public sealed class ReferenceServerTests(ReferenceServer server) : IClassFixture<ReferenceServer>
{
    [Theory]
    [InlineData("Grüße ☃")]
    [InlineData("")]
    public async Task Unary_Text_IsEchoed(string text)
    {
        await using RpcChannel channel = Connect();

        RpcReply<Note> reply = await SayAsync(channel, text);

        Assert.Equal(text, reply.Message.Text);
    }

    [Fact]
    public async Task Unary_ThreeMebibytes_AreEchoed()
    {
        await using RpcChannel channel = Connect();
        string text = new('x', 3 << 20);

        Assert.Equal(text, (await SayAsync(channel, text)).Message.Text);
    }

    [Fact]
    public async Task Unary_ServerFails_StatusMessageAndTrailersArrive()
    {
        await using RpcChannel channel = Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel, "fail"));

        AssertFailure(failure);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_DeadlineExceeded()
    {
        await using RpcChannel channel = Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() =>
            channel.UnaryAsync(EchoMethods.Say, new Note { Text = "wait" }, RpcCallOptions.Within(TimeSpan.FromSeconds(1)), default));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, failure.Code);
    }

    [Fact]
    public async Task Unary_Deadline_ReachesTheServer()
    {
        await using RpcChannel channel = Connect();

        RpcReply<Note> reply = await SayAsync(channel, "remaining");

        Assert.InRange(double.Parse(reply.Message.Text, CultureInfo.InvariantCulture), 10, TestLimits.Wait.TotalSeconds);
    }

    [Fact]
    public async Task Unary_Cancelled_OperationCanceled()
    {
        await using RpcChannel channel = Connect();
        using var cancel = new CancellationTokenSource();
        Task<RpcReply<Note>> call = channel.UnaryAsync(EchoMethods.Say, new Note { Text = "wait" }, TestLimits.Call, cancel.Token);

        await cancel.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Unary_RequestAboveServersLimit_ResourceExhausted()
    {
        await using RpcChannel channel = Connect(8 << 20);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel, new string('x', 5 << 20)));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Code);
    }

    [Fact]
    public async Task Unary_ResponseAboveOurLimit_ResourceExhausted()
    {
        await using RpcChannel channel = Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel, "grow"));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Contains("4194304", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_Metadata_TravelsBothWaysAsTextAndBytes()
    {
        await using RpcChannel channel = Connect();
        var metadata = new RpcMetadata { { "x-text", "plain text" }, { "x-raw-bin", [0x00, 0x01, 0xfe, 0xff] } };

        RpcReply<Note> reply = await channel.UnaryAsync(
            EchoMethods.Say, new Note { Text = "metadata" }, TestLimits.Call with { Metadata = metadata }, default);

        Assert.Equal("plain text", reply.Headers.GetText("x-text"));
        Assert.Equal([0x00, 0x01, 0xfe, 0xff], reply.Headers.GetBytes("x-raw-bin"));
        Assert.Equal("plain text!", reply.Trailers.GetText("x-text"));
        Assert.Equal([0xff, 0xfe, 0x01, 0x00], reply.Trailers.GetBytes("x-raw-bin"));
    }

    [Fact]
    public async Task Unary_UnknownMethod_Unimplemented()
    {
        await using RpcChannel channel = Connect();
        var method = new RpcMethod<Note, Note>(RpcMethodKind.Unary, "securecollectives.tests.Echo", "Shout", Note.Parser, Note.Parser);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(method, new Note(), TestLimits.Call, default));

        Assert.Equal(RpcStatusCode.Unimplemented, failure.Code);
    }

    [Fact]
    public async Task ServerStreaming_ThousandMessages_ArriveInOrder()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = await CountAsync(channel, "1000");

        Assert.Equal(Enumerable.Range(0, 1000).Select(Text), await DrainAsync(call));
    }

    [Fact]
    public async Task ServerStreaming_FailsAfterTwo_BothMessagesAndTheStatusArrive()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = await CountAsync(channel, "fail");

        Assert.Equal("0", (await call.ReadAsync())?.Text);
        Assert.Equal("1", (await call.ReadAsync())?.Text);
        AssertFailure(await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync()));
    }

    [Fact]
    public async Task ServerStreaming_CancelledAfterFirst_OperationCanceled()
    {
        await using RpcChannel channel = Connect();
        using var cancel = new CancellationTokenSource();
        await using RpcClientCall<Note, Note> call =
            await channel.ServerStreamingAsync(EchoMethods.Count, new Note { Text = "wait" }, TestLimits.Call, cancel.Token);
        Assert.Equal("waiting", (await call.ReadAsync())?.Text);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task ClientStreaming_ThousandMessages_ArriveInOrder()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = channel.ClientStreaming(EchoMethods.Join, TestLimits.Call, default);

        foreach (int number in Enumerable.Range(0, 1000))
        {
            Assert.True(await call.WriteAsync(new Note { Text = Text(number) }));
        }

        call.CompleteRequests();
        Assert.Equal(string.Join(',', Enumerable.Range(0, 1000)), (await call.ReadSingleAsync()).Text);
    }

    [Fact]
    public async Task ClientStreaming_ServerFailsEarly_StatusArrivesAndWritingStops()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = channel.ClientStreaming(EchoMethods.Join, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "fail" }));

        AssertFailure(await Assert.ThrowsAsync<RpcException>(async () => await call.ReadSingleAsync()));
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerComesBeforeTheNextQuestion()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);

        foreach (int number in Enumerable.Range(0, 5))
        {
            Assert.True(await call.WriteAsync(new Note { Text = Text(number) }));
            Assert.Equal(Text(number) + "?", (await call.ReadAsync())?.Text);
        }

        call.CompleteRequests();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Duplex_ServerFails_StatusArrives()
    {
        await using RpcChannel channel = Connect();
        await using RpcClientCall<Note, Note> call = channel.Duplex(EchoMethods.Chat, TestLimits.Call, default);
        Assert.True(await call.WriteAsync(new Note { Text = "fail" }));

        AssertFailure(await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync()));
    }

    private static Task<RpcReply<Note>> SayAsync(RpcChannel channel, string text) =>
        channel.UnaryAsync(EchoMethods.Say, new Note { Text = text }, TestLimits.Call, default);

    private static Task<RpcClientCall<Note, Note>> CountAsync(RpcChannel channel, string text) =>
        channel.ServerStreamingAsync(EchoMethods.Count, new Note { Text = text }, TestLimits.Call, default);

    private static async Task<List<string>> DrainAsync(RpcClientCall<Note, Note> call)
    {
        List<string> texts = [];
        await foreach (Note note in call.ReadAllAsync())
        {
            texts.Add(note.Text);
        }

        return texts;
    }

    private static void AssertFailure(RpcException failure)
    {
        Assert.Equal(RpcStatusCode.FailedPrecondition, failure.Code);
        Assert.Equal(EchoService.Failure, failure.Message);
        Assert.Equal("asked for", failure.Trailers.GetText("x-reason"));
        Assert.Equal([0x00, 0xff, 0x10], failure.Trailers.GetBytes("x-reason-bin"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private RpcChannel Connect(int maxSend = 4 << 20)
    {
        Assert.SkipUnless(ReferenceImplementation.IsPresent, ReferenceImplementation.Missing);
        return new RpcChannel(new RpcChannelOptions { Host = "127.0.0.1", Port = server.Port, MaxSendMessageSize = maxSend });
    }
}
