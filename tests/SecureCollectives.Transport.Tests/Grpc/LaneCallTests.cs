using System.Buffers;
using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>Tests both ends of a call, below the lane.</summary>
public sealed class LaneCallTests
{
    private static readonly byte[] First = "first"u8.ToArray();

    [Fact]
    public async Task Bytes_BothWays_ArriveUnchanged()
    {
        await using var server = await ServeAsync(async stream => await EchoAsync(stream));
        await using var connection = await ConnectAsync(server);
        await using var stream = await OpenAsync(connection);
        var sent = new byte[3_000_000];
        Random.Shared.NextBytes(sent);

        var echo = ReadToEndAsync(stream);
        await stream.Output.WriteAsync(sent);
        await stream.EndOutputAsync();

        var received = await echo.WaitAsync(LanePump.Limit);
        Assert.Equal([.. First, .. sent], received);
        Assert.True(stream.InputEndedInOrder());
    }

    /// <summary>A gRPC response ends with its status, but the request may continue.</summary>
    [Fact]
    public async Task EndOutput_OnTheServer_LetsTheClientContinue()
    {
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async stream =>
        {
            await ReadFirstAsync(stream);
            await stream.Output.WriteAsync(First);
            await stream.EndOutputAsync();
            received.SetResult(await ReadToEndAsync(stream));
        });
        await using var connection = await ConnectAsync(server);
        await using var stream = await OpenAsync(connection);

        Assert.Equal(First, await ReadToEndAsync(stream).WaitAsync(LanePump.Limit));
        Assert.True(stream.InputEndedInOrder());
        Assert.False(received.Task.IsCompleted);
        await stream.Output.WriteAsync(new byte[100_000]);
        await stream.EndOutputAsync();

        Assert.Equal(100_000, (await received.Task.WaitAsync(LanePump.Limit)).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_Throws_ClientSeesNoEnd(bool afterBytes)
    {
        await using var server = await ServeAsync(async stream =>
        {
            await ReadFirstAsync(stream);
            if (afterBytes)
            {
                await stream.Output.WriteAsync(First);
                await stream.Input.ReadAsync();
            }

            throw new InvalidDataException("enough");
        });
        await using var connection = await ConnectAsync(server);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var stream = await OpenAsync(connection);
            Assert.True(afterBytes);
            await stream.Output.WriteAsync(First);
            await stream.Output.FlushAsync();
            await ReadToEndAsync(stream).WaitAsync(LanePump.Limit);
        });
    }

    [Theory]
    [InlineData("GET", "application/grpc", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    public async Task Request_NotALaneCall_NeverReachesTheHandler(string method, string contentType, HttpStatusCode expected)
    {
        var served = false;
        await using var server = await ServeAsync(_ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{server.EndPoints[0]}{GrpcLaneSettings.Attach}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        using var limit = new CancellationTokenSource(LanePump.Limit);

        using var response = await client.SendAsync(request, limit.Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.False(served);
    }

    [Fact]
    public async Task Open_HandlerNeverAnswers_EndsWhenTheTokenFires()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async stream =>
        {
            started.SetResult();
            await RecordEndAsync(stream, gone);
        });
        await using var connection = await ConnectAsync(server);
        using var cancel = new CancellationTokenSource();
        Task opening = ConnectedLaneCall.OpenAsync(connection, First, cancel.Token);
        await started.Task.WaitAsync(LanePump.Limit);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(LanePump.Limit, CancellationToken.None));
        await AssertFailsAsync(gone.Task);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_OnOneSide_EndsTheReadOfBoth(bool byClient)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LaneCall? served = null;
        await using var server = await ServeAsync(async stream =>
        {
            served = stream;
            await stream.Output.WriteAsync(First);
            await RecordEndAsync(stream, ended);
        });
        await using var connection = await ConnectAsync(server);
        await using var stream = await OpenAsync(connection);
        var greeting = await stream.Input.ReadAsync();
        stream.Input.AdvanceTo(greeting.Buffer.End);
        Task reading = ReadToEndAsync(stream);

        (byClient ? stream : served!).Abort();

        await AssertFailsAsync(reading);
        await AssertFailsAsync(ended.Task);
        stream.Abort();
    }

    /// <summary>Neither side buffers more unread data than the window and its own buffers hold.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_PeerDoesNotRead_WaitsAtTheWindow(bool clientWrites)
    {
        const int Window = 128 << 10;
        const int Slack = 256 << 10;
        var flood = new Flood(Window / 2);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(
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
        await using var connection = await ConnectAsync(server, options => options with { StreamWindow = Window });
        await using var stream = await OpenAsync(connection);

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

    private static Task<RpcHost> ServeAsync(Func<LaneCall, Task> handler, Func<RpcHostOptions, RpcHostOptions>? configure = null)
    {
        var options = new RpcHostOptions
        {
            Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint((stream, _) => handler(stream)).InvokeAsync),
            Blocks = new BlockPool(),
        };
        return RpcHost.StartAsync(configure?.Invoke(options) ?? options);
    }

    private static Task<ClientConnection> ConnectAsync(
        RpcHost server, Func<ClientConnectionOptions, ClientConnectionOptions>? configure = null)
    {
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = server.EndPoints[0].Port };
        return ClientConnection.ConnectAsync(configure?.Invoke(options) ?? options, CancellationToken.None);
    }

    private static Task<LaneCall> OpenAsync(ClientConnection connection) =>
        ConnectedLaneCall.OpenAsync(connection, First, CancellationToken.None).WaitAsync(LanePump.Limit);

    private static async Task EchoAsync(LaneCall stream)
    {
        while (true)
        {
            var result = await stream.Input.ReadAsync();
            foreach (var part in result.Buffer)
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

    /// <summary>Checks that the task fails in time.</summary>
    private static async Task AssertFailsAsync(Task task)
    {
        await Task.WhenAny(task).WaitAsync(LanePump.Limit);
        Assert.True(task.IsFaulted || task.IsCanceled);
    }

    private static async Task ReadFirstAsync(LaneCall stream)
    {
        var result = await stream.Input.ReadAtLeastAsync(First.Length);
        stream.Input.AdvanceTo(result.Buffer.End);
    }

    private static async Task RecordEndAsync(LaneCall stream, TaskCompletionSource ended)
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

    private static async Task<byte[]> ReadToEndAsync(LaneCall stream)
    {
        var received = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await stream.Input.ReadAsync();
            foreach (var part in result.Buffer)
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
