using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc.Tests.Client;

/// <summary>Responses from servers that are broken, hostile or do not speak gRPC. Each becomes a single status.</summary>
public sealed class HostileResponseTests
{
    private const string Empty = "0000000000";

    [Theory]
    [InlineData(404, nameof(StatusCode.Unimplemented))]
    [InlineData(503, nameof(StatusCode.Unavailable))]
    [InlineData(302, nameof(StatusCode.Unknown))]
    public async Task Unary_HttpStatus_IsMappedAndNotFollowed(int status, string code)
    {
        var failure = await FailAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        Assert.Equal(code, failure.StatusCode.ToString());
    }

    [Fact]
    public async Task Unary_WrongContentType_Cancelled()
    {
        var failure = await FailAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>");
        });

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Contains("text/html", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7, nameof(StatusCode.Unavailable))]
    [InlineData(0x8, nameof(StatusCode.Cancelled))]
    [InlineData(0xb, nameof(StatusCode.ResourceExhausted))]
    [InlineData(0xc, nameof(StatusCode.PermissionDenied))]
    [InlineData(0x2, nameof(StatusCode.Internal))]
    public async Task Unary_ResetAfterHeaders_IsMapped(int errorCode, string code)
    {
        var failure = await FailAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
        });

        Assert.True(code == failure.StatusCode.ToString(), failure.ToString());
        Assert.IsNotType<ConnectionException>(failure);
    }

    [Theory]
    [InlineData("truncated", "00000000100A", nameof(StatusCode.Internal), "InvalidDataException")]
    [InlineData("compressed", "0100000000", nameof(StatusCode.Internal), "compressed")]
    [InlineData("unknown flag", "0200000000", nameof(StatusCode.Internal), "flag")]
    [InlineData("4 MiB and one byte", "0000400001", nameof(StatusCode.ResourceExhausted), "exceeds the maximum")]
    [InlineData("4 GiB", "00FFFFFFFF", nameof(StatusCode.Internal), "too large")]
    [InlineData("no protobuf", "0000000002FFFF", nameof(StatusCode.Internal), "did not answer with the expected message")]
    [InlineData("no message", "", nameof(StatusCode.Internal), "deserialize")]
    [InlineData("two messages", Empty + Empty, nameof(StatusCode.Internal), "InvalidDataException")]
    public async Task Unary_BadBody_EndsWithAStatus(string what, string body, string code, string words)
    {
        var failure = await FailAsync(context => AnswerAsync(context, body, "0"));

        Assert.True(code == failure.StatusCode.ToString(), $"{what}: {failure.StatusCode} {failure.Status.Detail}");
        Assert.Contains(words, failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, nameof(StatusCode.Cancelled))]
    [InlineData("none", nameof(StatusCode.Cancelled))]
    [InlineData("99", "99")]
    [InlineData("10", nameof(StatusCode.Aborted))]
    public async Task Unary_MessageThenErrorStatus_StatusWins(string? status, string code)
    {
        var failure = await FailAsync(context => AnswerAsync(context, Empty, status));

        Assert.Equal(code, failure.StatusCode.ToString());
    }

    [Fact]
    public async Task Unary_TrailersOnlyOkWithoutMessage_Internal()
    {
        var failure = await FailAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
    }

    [Fact]
    public async Task Unary_HeadersAboveLimit_Unavailable()
    {
        var failure = await FailAsync(context =>
        {
            context.Response.Headers["x-long"] = new string('x', 60_000);
            return AnswerAsync(context, Empty, "0");
        });

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
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
        await using var server = await ScriptedServer.StartAsync(answer);
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = server.Port };
        await using var connection = await ClientConnection.ConnectAsync(options, CancellationToken.None);
        return await Assert.ThrowsAnyAsync<RpcException>(() => connection.SayAsync("x"));
    }
}
