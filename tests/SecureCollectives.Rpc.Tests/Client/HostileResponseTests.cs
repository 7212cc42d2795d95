using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc.Tests.Client;

/// <summary>What a server that is broken, hostile or no gRPC server may answer: each becomes one status.</summary>
public sealed class HostileResponseTests
{
    private const string Empty = "0000000000";

    [Theory]
    [InlineData(404, nameof(RpcStatusCode.Unimplemented))]
    [InlineData(503, nameof(RpcStatusCode.Unavailable))]
    [InlineData(302, nameof(RpcStatusCode.Unknown))]
    public async Task Unary_HttpStatus_IsMappedAndNotFollowed(int status, string code)
    {
        RpcException failure = await FailAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        Assert.Equal(code, failure.Code.ToString());
        Assert.Equal(ConnectionFailure.NotGrpc, failure.Connection);
    }

    [Fact]
    public async Task Unary_WrongContentType_Unknown()
    {
        RpcException failure = await FailAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>");
        });

        Assert.Equal(RpcStatusCode.Unknown, failure.Code);
        Assert.Contains("text/html", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7, nameof(RpcStatusCode.Unavailable))]
    [InlineData(0x8, nameof(RpcStatusCode.Cancelled))]
    [InlineData(0xb, nameof(RpcStatusCode.ResourceExhausted))]
    [InlineData(0xc, nameof(RpcStatusCode.PermissionDenied))]
    [InlineData(0x2, nameof(RpcStatusCode.Internal))]
    public async Task Unary_ResetAfterHeaders_IsMapped(int errorCode, string code)
    {
        RpcException failure = await FailAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
        });

        Assert.True(code == failure.Code.ToString(), failure.ToString());
        Assert.Equal(ConnectionFailure.None, failure.Connection);
    }

    [Theory]
    [InlineData("truncated", "00000000100A", nameof(RpcStatusCode.Internal), "ended inside a message")]
    [InlineData("compressed", "0100000000", nameof(RpcStatusCode.Unimplemented), "compressed")]
    [InlineData("unknown flag", "0200000000", nameof(RpcStatusCode.Internal), "flag")]
    [InlineData("oversized", "00FFFFFFFF", nameof(RpcStatusCode.ResourceExhausted), "4194304")]
    [InlineData("no protobuf", "0000000002FFFF", nameof(RpcStatusCode.Internal), "could not be parsed")]
    [InlineData("no message", "", nameof(RpcStatusCode.Internal), "without its response")]
    [InlineData("two messages", Empty + Empty, nameof(RpcStatusCode.Internal), "more than one response")]
    public async Task Unary_BadBody_IsAStatus(string what, string body, string code, string words)
    {
        RpcException failure = await FailAsync(context => AnswerAsync(context, body, "0"));

        Assert.True(code == failure.Code.ToString(), $"{what}: {failure.Code} {failure.Message}");
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, nameof(RpcStatusCode.Unknown))]
    [InlineData("none", nameof(RpcStatusCode.Unknown))]
    [InlineData("99", nameof(RpcStatusCode.Unknown))]
    [InlineData("10", nameof(RpcStatusCode.Aborted))]
    public async Task Unary_MessageAndThenAStatusThatIsNotOk_TheStatusWins(string? status, string code)
    {
        RpcException failure = await FailAsync(context => AnswerAsync(context, Empty, status));

        Assert.Equal(code, failure.Code.ToString());
    }

    [Fact]
    public async Task Unary_TrailersOnlyOkWithoutMessage_Internal()
    {
        RpcException failure = await FailAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });

        Assert.Equal(RpcStatusCode.Internal, failure.Code);
    }

    [Fact]
    public async Task Unary_MetadataNotBase64_Internal()
    {
        RpcException failure = await FailAsync(context =>
        {
            context.Response.Headers["x-raw-bin"] = "!";
            return AnswerAsync(context, Empty, "0");
        });

        Assert.Equal(RpcStatusCode.Internal, failure.Code);
    }

    [Fact]
    public async Task Unary_HeadersAboveLimit_Unavailable()
    {
        RpcException failure = await FailAsync(context =>
        {
            context.Response.Headers["x-long"] = new string('x', 60_000);
            return AnswerAsync(context, Empty, "0");
        });

        Assert.Equal(RpcStatusCode.Unavailable, failure.Code);
    }

    private static async Task AnswerAsync(HttpContext context, string body, string? status)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(Convert.FromHexString(body));
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    }

    private static async Task<RpcException> FailAsync(Func<HttpContext, Task> answer)
    {
        (ScriptedServer server, RpcChannel channel) = await ScriptedServer.StartAsync(answer);
        await using (server)
        await using (channel)
        {
            return await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Say, new Note { Text = "x" }, TestLimits.Call, default));
        }
    }
}
