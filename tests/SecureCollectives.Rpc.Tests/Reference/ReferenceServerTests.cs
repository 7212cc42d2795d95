using System.Globalization;
using Grpc.Core;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>Calls the reference implementation's server with our client.</summary>
public sealed class ReferenceServerTests(ReferenceServer server) : IClassFixture<ReferenceServer>
{
    [Theory]
    [InlineData("Grüße ☃")]
    [InlineData("")]
    public async Task Unary_Text_IsEchoed(string text)
    {
        await using var connection = await ConnectAsync();

        Assert.Equal(text, await connection.SayAsync(text));
    }

    [Fact]
    public async Task Unary_ServerFails_StatusAndMessageArrive()
    {
        await using var connection = await ConnectAsync();

        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync("fail")));
    }

    [Fact]
    public async Task Unary_DeadlinePasses_DeadlineExceeded()
    {
        await using var connection = await ConnectAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync("wait", TimeSpan.FromSeconds(1)));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Unary_Deadline_ReachesTheServer()
    {
        await using var connection = await ConnectAsync();

        Assert.InRange(double.Parse(await connection.SayAsync("remaining"), CultureInfo.InvariantCulture), 10,
            TestLimits.Wait.TotalSeconds);
    }

    [Fact]
    public async Task Unary_Cancelled_OperationCanceled()
    {
        await using var connection = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task call = connection.SayAsync("wait", cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Unary_ResponseAboveOurLimit_ResourceExhausted()
    {
        await using var connection = await ConnectAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync("grow"));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_ThousandMessages_ArriveInOrder()
    {
        await using var connection = await ConnectAsync();
        List<string> answers = [];

        await connection.CountAsync("1000", answers);

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => number.ToString(CultureInfo.InvariantCulture)), answers);
    }

    [Fact]
    public async Task ServerStreaming_FailsAfterTwo_BothMessagesAndTheStatusArrive()
    {
        await using var connection = await ConnectAsync();
        List<string> answers = [];

        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => connection.CountAsync("fail", answers)));
        Assert.Equal(["0", "1"], answers);
    }

    private static void AssertFailure(RpcException failure)
    {
        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal(EchoService.Failure, failure.Status.Detail);
    }

    private Task<ClientConnection> ConnectAsync()
    {
        Assert.SkipUnless(ReferenceImplementation.IsPresent, ReferenceImplementation.Missing);
        return ClientConnection.ConnectAsync(
            new ClientConnectionOptions { Host = "127.0.0.1", Port = server.Port }, CancellationToken.None);
    }
}
