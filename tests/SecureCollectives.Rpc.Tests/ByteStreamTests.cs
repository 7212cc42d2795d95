using System.Buffers;
using System.IO.Pipelines;

namespace SecureCollectives.Rpc.Tests;

/// <summary>Calls whose messages pass as bare bytes, between our client and our server.</summary>
public sealed class ByteStreamTests
{
    private const int ReadSize = 16 << 10;

    private static readonly RpcByteMethod Method = new("test.Bytes", "Attach");

    private static readonly byte[] First = "first"u8.ToArray();

    [Fact]
    public async Task Bytes_BothWays_ArriveAsTheyWere()
    {
        await using TestServer server = await ServeAsync(async stream => await EchoAsync(stream));
        await using RpcChannel channel = server.Connect();
        await using RpcByteStream stream = await OpenAsync(channel);
        byte[] sent = new byte[3_000_000];
        Random.Shared.NextBytes(sent);

        Task<byte[]> echo = ReadToEndAsync(stream);
        await stream.Output.WriteAsync(sent);
        await stream.EndOutputAsync();

        byte[] received = await echo.WaitAsync(TestLimits.Wait);
        Assert.Equal([.. First, .. sent], received);
        Assert.True(stream.InputEndedInOrder());
    }

    /// <summary>The response of gRPC is over with its status; the request need not be.</summary>
    [Fact]
    public async Task EndOutput_OnTheServer_LetsTheClientGoOn()
    {
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await ServeAsync(async stream =>
        {
            await ReadFirstAsync(stream);
            await stream.Output.WriteAsync(First);
            await stream.EndOutputAsync();
            received.SetResult(await ReadToEndAsync(stream));
        });
        await using RpcChannel channel = server.Connect();
        await using RpcByteStream stream = await OpenAsync(channel);

        Assert.Equal(First, await ReadToEndAsync(stream).WaitAsync(TestLimits.Wait));
        Assert.True(stream.InputEndedInOrder());
        Assert.False(received.Task.IsCompleted);
        await stream.Output.WriteAsync(new byte[100_000]);
        await stream.EndOutputAsync();

        Assert.Equal(100_000, (await received.Task.WaitAsync(TestLimits.Wait)).Length);
    }

    [Fact]
    public async Task Handler_ThrowsStatusAfterBytes_InputDidNotEndInOrder()
    {
        await using TestServer server = await ServeAsync(async stream =>
        {
            await stream.Input.ReadAtLeastAsync(First.Length);
            await stream.Output.WriteAsync(First);
            throw new RpcException(RpcStatusCode.Aborted, "enough");
        });
        await using RpcChannel channel = server.Connect();
        await using RpcByteStream stream = await OpenAsync(channel);

        Assert.Equal(First, await ReadToEndAsync(stream).WaitAsync(TestLimits.Wait));
        Assert.False(stream.InputEndedInOrder());
    }

    [Fact]
    public async Task Handler_ThrowsStatusBeforeBytes_OpeningFailsWithIt()
    {
        await using TestServer server = await ServeAsync(_ => throw new RpcException(RpcStatusCode.PermissionDenied, "not you"));
        await using RpcChannel channel = server.Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(channel));

        Assert.Equal(RpcStatusCode.PermissionDenied, failure.Code);
    }

    [Fact]
    public async Task Open_HandlerNeverAnswers_EndsWithItsToken()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await ServeAsync(async stream =>
        {
            started.SetResult();
            await RecordEndAsync(stream, gone);
        });
        await using RpcChannel channel = server.Connect();
        using var cancel = new CancellationTokenSource();
        Task opening = channel.OpenBytesAsync(Method, First, ReadSize, cancel.Token);
        await started.Task.WaitAsync(TestLimits.Wait);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(TestLimits.Wait, CancellationToken.None));
        await AssertFailsAsync(gone.Task);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_OnOneSide_EndsTheReadOfBoth(bool byClient)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RpcByteStream? served = null;
        await using TestServer server = await ServeAsync(async stream =>
        {
            served = stream;
            await stream.Output.WriteAsync(First);
            await RecordEndAsync(stream, ended);
        });
        await using RpcChannel channel = server.Connect();
        await using RpcByteStream stream = await OpenAsync(channel);
        ReadResult greeting = await stream.Input.ReadAsync();
        stream.Input.AdvanceTo(greeting.Buffer.End);
        Task reading = ReadToEndAsync(stream);

        (byClient ? stream : served!).Abort();

        await AssertFailsAsync(reading);
        await AssertFailsAsync(ended.Task);
        stream.Abort();
    }

    /// <summary>Neither side holds more than the window and its own buffers of what the other does not read.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_PeerDoesNotRead_WaitsAtTheWindow(bool clientWrites)
    {
        const int Window = 128 << 10;
        const int Slack = 256 << 10;
        var flood = new Flood(Window / 2);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await ServeAsync(
            async stream =>
            {
                await stream.Output.WriteAsync(First);
                if (!clientWrites)
                {
                    _ = flood.RunAsync(stream, enough.Task);
                }

                await enough.Task;
            },
            options => options with { FlowControl = new RpcFlowControl(Window, Window) });
        await using RpcChannel channel = server.Connect(options => options with { StreamWindow = Window });
        await using RpcByteStream stream = await OpenAsync(channel);

        if (clientWrites)
        {
            _ = flood.RunAsync(stream, enough.Task);
        }

        try
        {
            Assert.InRange(await flood.RestsAtAsync(), Window / 2, Window + Slack);
        }
        finally
        {
            enough.SetResult();
        }
    }

    private static async Task<TestServer> ServeAsync(Func<RpcByteStream, Task> handler, Func<RpcServerOptions, RpcServerOptions>? configure = null) =>
        await TestServer.StartAsync(configure: options =>
        {
            options.Methods.AddBytes(Method, async (stream, _) => await handler(stream));
            return configure?.Invoke(options) ?? options;
        });

    private static Task<RpcByteStream> OpenAsync(RpcChannel channel) => channel.OpenBytesAsync(Method, First, ReadSize, CancellationToken.None).WaitAsync(TestLimits.Wait);

    private static async Task EchoAsync(RpcByteStream stream)
    {
        while (true)
        {
            ReadResult result = await stream.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                await stream.Output.WriteAsync(part);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The task ends in time, and not well.</summary>
    private static async Task AssertFailsAsync(Task task)
    {
        await Task.WhenAny(task).WaitAsync(TestLimits.Wait);
        Assert.True(task.IsFaulted || task.IsCanceled);
    }

    private static async Task ReadFirstAsync(RpcByteStream stream)
    {
        ReadResult result = await stream.Input.ReadAtLeastAsync(First.Length);
        stream.Input.AdvanceTo(result.Buffer.End);
    }

    private static async Task RecordEndAsync(RpcByteStream stream, TaskCompletionSource ended)
    {
        try
        {
            await ReadToEndAsync(stream);
            ended.SetResult();
        }
        catch (Exception exception)
        {
            ended.SetException(exception);
            throw;
        }
    }

    private static async Task<byte[]> ReadToEndAsync(RpcByteStream stream)
    {
        var received = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult result = await stream.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                received.Write(part.Span);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return received.WrittenSpan.ToArray();
            }
        }
    }
}
