using System.Net;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Connections;

/// <summary>Arbitrary bytes sent to a port get a clear answer or none, and the server continues.</summary>
public sealed class HostileBytesTests
{
    private const string Empty = "0000000000";
    private const string Path = "/securecollectives.tests.Echo/Say";

    [Theory]
    [InlineData("truncated header", "000000", "13", "Incomplete message")]
    [InlineData("truncated payload", "00000000100A", "13", "Incomplete message")]
    [InlineData("compressed flag", "0100000000", "13", "compressed")]
    [InlineData("unknown flag", "0700000000", "2", "Exception was thrown by handler")]
    [InlineData("no protobuf", "0000000002FFFF", "2", "Exception was thrown by handler")]
    [InlineData("no message", "", "13", "Incomplete message")]
    [InlineData("two messages", Empty + Empty, "13", "Additional data")]
    [InlineData("4 MiB and one byte", "0000400001", "8", "exceeds the maximum")]
    [InlineData("4 GiB", "00FFFFFFFF", "2", "Exception was thrown by handler")]
    public async Task Unary_BadBody_IsAnsweredWithStatus(string what, string body, string status, string words)
    {
        await using var server = await TestServer.StartAsync();

        (var foundStatus, var message) = await PostAsync(server, new RawBody(Convert.FromHexString(body)));

        Assert.True(status == foundStatus, $"{what}: {foundStatus} {message}");
        Assert.Contains(words, message, StringComparison.Ordinal);
        await AssertGoesOnAsync(server);
    }

    [Theory]
    [InlineData("0000400001", "8")]
    [InlineData("00FFFFFFFF", "2")]
    [InlineData("0100000000", "13")]
    public async Task Unary_BadHeaderAndThenSilence_IsAnsweredAtOnce(string body, string status)
    {
        await using var server = await TestServer.StartAsync();
        var end = new TaskCompletionSource();

        (var found, _) = await PostAsync(server, new RawBody(Convert.FromHexString(body), end: end.Task));

        Assert.Equal(status, found);
        end.SetResult();
    }

    [Theory]
    [InlineData("grpc-timeout", "soon")]
    [InlineData("grpc-encoding", "gzip")]
    [InlineData("x-raw-bin", "!")]
    public async Task Unary_BadHeader_IsIgnored(string name, string value)
    {
        await using var server = await TestServer.StartAsync();

        (var found, _) = await PostAsync(server, new RawBody(Convert.FromHexString(Empty)), headers: (name, value));

        Assert.Equal("0", found);
    }

    /// <summary>A few compressed bytes may expand to any size, so the receiver refuses compression.</summary>
    [Fact]
    public async Task Unary_GzipMessage_IsNotUnpacked()
    {
        await using var server = await TestServer.StartAsync();

        (var found, _) = await PostAsync(server, new RawBody(Convert.FromHexString("0100000000")), headers: ("grpc-encoding", "gzip"));

        Assert.Equal("12", found);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData(null)]
    public async Task Post_WrongContentType_UnsupportedMediaType(string? contentType)
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Post, new RawBody([], contentType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Get_OverHttp2_NotFound()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Get, null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task Get_OverHttp1_IsClosedWithoutAnAnswer()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Empty(await TalkAsync(server, Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));

        Assert.Contains(server.Log.Entries,
            entry => entry.Message.Contains("began with something other than HTTP/2", StringComparison.Ordinal));
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task RandomBytes_Connection_IsClosed()
    {
        await using var server = await StartImpatientAsync();

        foreach (var length in new[] { 1, 24, 100_000 })
        {
            await TalkAsync(server, RandomNumberGenerator.GetBytes(length));
        }

        await AssertGoesOnAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    public async Task Silence_AfterTooFewBytes_ConnectionIsClosed(string start)
    {
        await using var server = await StartImpatientAsync();

        Assert.Empty(await TalkAsync(server, Encoding.ASCII.GetBytes(start)));

        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("sent no HTTP/2 within 3 s", StringComparison.Ordinal));
        await AssertGoesOnAsync(server);
    }

    [Fact]
    public async Task RandomBytes_AfterThePreface_ConnectionIsClosed()
    {
        await using var server = await TestServer.StartAsync();

        // The first byte declares a frame longer than the server accepts. The server would wait for a shorter frame to complete.
        await TalkAsync(server, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0xFF, .. RandomNumberGenerator.GetBytes(1000)]);

        await AssertGoesOnAsync(server);
    }

    /// <summary>Uses a time limit short enough to keep the tests short, but long enough for the caller that comes afterwards.</summary>
    private static Task<TestServer> StartImpatientAsync() =>
        TestServer.StartAsync(configure: options => options with { HandshakeTimeout = TimeSpan.FromSeconds(3) });

    private static async Task AssertGoesOnAsync(TestServer server)
    {
        await using var connection = await server.ConnectAsync();
        Assert.Equal("x", await connection.SayAsync("x"));
    }

    private static async Task<(string? Status, string? Message)> PostAsync(
        TestServer server, RawBody body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(server, HttpMethod.Post, body, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        await response.Content.ReadAsByteArrayAsync(limit.Token);
        return (Find("grpc-status"), Find("grpc-message"));

        string? Find(string name) =>
            (response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values))
                ? values.Single()
                : null;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestServer server, HttpMethod method, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        var request = new HttpRequestMessage(method, $"http://{server.EndPoint}{Path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        foreach ((var name, var value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = new CancellationTokenSource(TestLimits.Wait);
        return await client.SendAsync(request, limit.Token);
    }

    /// <summary>Sends bytes, keeps the connection open, and returns the bytes received until the server closes it.</summary>
    private static async Task<byte[]> TalkAsync(TestServer server, byte[] bytes)
    {
        using var rawConnection = await RawConnection.OpenAsync(server.Port);
        await rawConnection.SendAsync(bytes);
        return await rawConnection.ReadToEndAsync(TestLimits.Wait);
    }
}
