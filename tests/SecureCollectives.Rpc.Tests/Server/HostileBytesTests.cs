using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Rpc.Tests.Server;

/// <summary>What strangers may send to a port: each gets a clear answer or none, and the server goes on.</summary>
public sealed class HostileBytesTests
{
    private const string Empty = "0000000000";

    [Theory]
    [InlineData("truncated header", "000000", "13", "ended inside a message")]
    [InlineData("truncated payload", "00000000100A", "13", "ended inside a message")]
    [InlineData("compressed flag", "0100000000", "12", "compressed")]
    [InlineData("unknown flag", "0700000000", "13", "flag")]
    [InlineData("no protobuf", "0000000002FFFF", "13", "could not be parsed")]
    [InlineData("no message", "", "13", "has no message")]
    [InlineData("two messages", Empty + Empty, "13", "more than one message")]
    [InlineData("4 MiB and one byte", "0000400001", "8", "4194304")]
    [InlineData("4 GiB", "00FFFFFFFF", "8", "4194304")]
    public async Task Unary_BadBody_IsAnsweredWithStatus(string what, string body, string status, string words)
    {
        await using TestServer server = await TestServer.StartAsync();

        (string? foundStatus, string? message) = await PostAsync(server, new RawBody(Convert.FromHexString(body)));

        Assert.True(status == foundStatus, $"{what}: {foundStatus} {message}");
        Assert.Contains(words, message, StringComparison.Ordinal);
        await AssertGoesOnAsync(server);
    }

    [Theory]
    [InlineData("00FFFFFFFF", "8")]
    [InlineData("0100000000", "12")]
    public async Task Unary_BadHeaderAndThenSilence_IsAnsweredAtOnce(string body, string status)
    {
        await using TestServer server = await TestServer.StartAsync();
        var end = new TaskCompletionSource();

        (string? found, _) = await PostAsync(server, new RawBody(Convert.FromHexString(body), end: end.Task));

        Assert.Equal(status, found);
        end.SetResult();
    }

    [Theory]
    [InlineData("grpc-timeout", "soon", "13")]
    [InlineData("grpc-encoding", "gzip", "12")]
    [InlineData("x-raw-bin", "!", "13")]
    public async Task Unary_BadHeader_IsAnsweredWithStatus(string name, string value, string status)
    {
        await using TestServer server = await TestServer.StartAsync();

        (string? found, _) = await PostAsync(server, new RawBody(Convert.FromHexString(Empty)), headers: (name, value));

        Assert.Equal(status, found);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData(null)]
    public async Task Post_WrongContentType_UnsupportedMediaType(string? contentType)
    {
        await using TestServer server = await TestServer.StartAsync();

        using HttpResponseMessage response = await SendAsync(server, HttpMethod.Post, new RawBody([], contentType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Get_OverHttp2_MethodNotAllowed()
    {
        await using TestServer server = await TestServer.StartAsync();

        using HttpResponseMessage response = await SendAsync(server, HttpMethod.Get, null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task Get_OverHttp1_IsToldThatThisIsHttp2()
    {
        await using TestServer server = await TestServer.StartAsync();

        string answer = await TalkAsync(server, Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/2 only", answer, StringComparison.Ordinal);
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task RandomBytes_Connection_IsClosed()
    {
        await using TestServer server = await StartImpatientAsync();

        foreach (int length in new[] { 1, 24, 100_000 })
        {
            await TalkAsync(server, RandomNumberGenerator.GetBytes(length));
        }

        await AssertGoesOnAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("GET ")]
    public async Task Silence_AfterTooFewBytes_ConnectionIsClosed(string start)
    {
        await using TestServer server = await StartImpatientAsync();

        Assert.Empty(await TalkAsync(server, Encoding.ASCII.GetBytes(start)));

        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("sent no HTTP/2 within 3 s", StringComparison.Ordinal));
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task RandomBytes_AfterThePreface_ConnectionIsClosed()
    {
        await using TestServer server = await TestServer.StartAsync();

        // The first byte makes a frame longer than any that is taken: for a shorter one the server would wait.
        await TalkAsync(server, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0xFF, .. RandomNumberGenerator.GetBytes(1000)]);

        await AssertGoesOnAsync(server);
    }

    /// <summary>Short, so that the tests are; long enough for the caller who comes afterwards and begins at once.</summary>
    private static Task<TestServer> StartImpatientAsync() =>
        TestServer.StartAsync(configure: options => options with { HandshakeTimeout = TimeSpan.FromSeconds(3) });

    private static async Task AssertGoesOnAsync(TestServer server)
    {
        await using RpcChannel channel = server.Connect();
        Assert.Equal("x", (await channel.UnaryAsync(EchoMethods.Say, new Note { Text = "x" }, TestLimits.Call, default)).Message.Text);
    }

    private static async Task<(string? Status, string? Message)> PostAsync(
        TestServer server, RawBody body, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(server, HttpMethod.Post, body, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(limit.Token));
        return (Find("grpc-status"), Find("grpc-message"));

        string? Find(string name) =>
            (response.Headers.TryGetValues(name, out IEnumerable<string>? values) || response.TrailingHeaders.TryGetValues(name, out values))
                ? values.Single()
                : null;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestServer server, HttpMethod method, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        var request = new HttpRequestMessage(method, $"http://{server.EndPoint}{EchoMethods.Say.FullName}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = new CancellationTokenSource(TestLimits.Wait);
        return await client.SendAsync(request, limit.Token);
    }

    /// <summary>Sends bytes, keeps the connection open, and returns what came until the server closed it.</summary>
    private static async Task<string> TalkAsync(TestServer server, byte[] bytes)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint, limit.Token);
        NetworkStream stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes, limit.Token);
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // A reset closes as well as an end does.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
