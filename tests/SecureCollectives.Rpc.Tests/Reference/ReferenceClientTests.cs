using System.Diagnostics;
using System.Text.Json;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>The reference implementation's client calls our server.</summary>
public sealed class ReferenceClientTests
{
    [Theory]
    [InlineData("unary", "Grüße ☃")]
    [InlineData("empty", "")]
    public async Task Unary_Text_IsEchoed(string scenario, string expected)
    {
        JsonElement result = await RunAsync(scenario);

        Assert.Equal(expected, result.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Unary_ThreeMebibytes_AreEchoed()
    {
        JsonElement result = await RunAsync("large");

        Assert.Equal(3 << 20, result.GetProperty("length").GetInt32());
    }

    [Theory]
    [InlineData("unary-fail")]
    [InlineData("client-streaming-fail")]
    public async Task Call_HandlerThrowsStatus_StatusMessageAndTrailersArrive(string scenario)
    {
        JsonElement result = await RunAsync(scenario);

        Assert.Equal("FAILED_PRECONDITION", result.GetProperty("code").GetString());
        Assert.Equal(EchoService.Failure, result.GetProperty("details").GetString());
        Assert.Equal("asked for", result.GetProperty("trailers").GetProperty("x-reason").GetString());
        Assert.Equal("00ff10", result.GetProperty("trailers").GetProperty("x-reason-bin").GetString());
    }

    [Fact]
    public async Task Unary_HandlerThrowsAnythingElse_InternalWithoutDetails()
    {
        JsonElement result = await RunAsync("unary-throws");

        Assert.Equal("INTERNAL", result.GetProperty("code").GetString());
        Assert.DoesNotContain("secret", result.GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_DeadlineExceededAndHandlerCancelled()
    {
        await using TestServer server = await StartAsync();

        JsonElement result = await ReferenceImplementation.CallAsync(server.Port, "unary-deadline");

        Assert.Equal("DEADLINE_EXCEEDED", result.GetProperty("code").GetString());
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task Unary_Deadline_ReachesTheHandler()
    {
        JsonElement result = await RunAsync("unary-remaining");

        double remaining = double.Parse(result.GetProperty("text").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(remaining, 10, 20);
    }

    [Fact]
    public async Task Unary_Cancelled_ClientSeesCancelled()
    {
        JsonElement result = await RunAsync("unary-cancel");

        Assert.True(result.GetProperty("cancelled").GetBoolean());
    }

    [Fact]
    public async Task Unary_RequestAboveLimit_ResourceExhausted()
    {
        JsonElement result = await RunAsync("unary-oversized");

        Assert.Equal("RESOURCE_EXHAUSTED", result.GetProperty("code").GetString());
        Assert.Contains("4194304", result.GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_Metadata_TravelsBothWaysAsTextAndBytes()
    {
        JsonElement result = await RunAsync("metadata");

        Assert.Equal("plain text", result.GetProperty("initial").GetProperty("x-text").GetString());
        Assert.Equal("0001feff", result.GetProperty("initial").GetProperty("x-raw-bin").GetString());
        Assert.Equal("plain text!", result.GetProperty("trailing").GetProperty("x-text").GetString());
        Assert.Equal("fffe0100", result.GetProperty("trailing").GetProperty("x-raw-bin").GetString());
    }

    [Theory]
    [InlineData("unknown-method")]
    [InlineData("compressed")]
    public async Task Unary_NotSupportedHere_Unimplemented(string scenario)
    {
        JsonElement result = await RunAsync(scenario);

        Assert.Equal("UNIMPLEMENTED", result.GetProperty("code").GetString());
    }

    [Fact]
    public async Task ServerStreaming_ThousandMessages_ArriveInOrder()
    {
        JsonElement result = await RunAsync("server-streaming");

        Assert.Equal("OK", result.GetProperty("code").GetString());
        Assert.Equal(Enumerable.Range(0, 1000).Select(Text), Texts(result, "texts"));
    }

    [Fact]
    public async Task ServerStreaming_FailsAfterTwo_BothMessagesAndTheStatusArrive()
    {
        JsonElement result = await RunAsync("server-streaming-fail");

        Assert.Equal(["0", "1"], Texts(result, "texts"));
        Assert.Equal("FAILED_PRECONDITION", result.GetProperty("code").GetString());
        Assert.Equal(EchoService.Failure, result.GetProperty("details").GetString());
    }

    [Theory]
    [InlineData("server-streaming-cancel", "CANCELLED")]
    [InlineData("server-streaming-deadline", "DEADLINE_EXCEEDED")]
    public async Task ServerStreaming_EndedByClient_HandlerCancelled(string scenario, string code)
    {
        await using TestServer server = await StartAsync();

        JsonElement result = await ReferenceImplementation.CallAsync(server.Port, scenario);

        Assert.Equal(code, result.GetProperty("code").GetString());
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task ClientStreaming_ThousandMessages_ArriveInOrder()
    {
        JsonElement result = await RunAsync("client-streaming");

        Assert.Equal(string.Join(',', Enumerable.Range(0, 1000)), result.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerComesBeforeTheNextQuestion()
    {
        JsonElement result = await RunAsync("duplex");

        Assert.Equal(["0?", "1?", "2?", "3?", "4?"], Texts(result, "answers"));
        Assert.Equal("OK", result.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Duplex_HandlerThrowsStatus_MessagesAndStatusArrive()
    {
        JsonElement result = await RunAsync("duplex-fail");

        Assert.Equal(["a?"], Texts(result, "texts"));
        Assert.Equal("FAILED_PRECONDITION", result.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("health", "OK")]
    [InlineData("health-unknown", "NOT_FOUND")]
    public async Task HealthCheck_Service_IsAnswered(string scenario, string code)
    {
        JsonElement result = await RunAsync(scenario);

        Assert.Equal(code, result.GetProperty("code").GetString());
        if (code == "OK")
        {
            Assert.Equal(1, result.GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task HealthWatch_StatusChanges_BothStatusesArrive()
    {
        await using TestServer server = await StartAsync();
        server.Health.Set("echo", serving: true);
        using Process client = ReferenceImplementation.Start("echo_client.py", Text(server.Port), "health-watch");
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        try
        {
            Assert.Equal("""{"status": 1}""", await client.StandardOutput.ReadLineAsync(limit.Token));

            server.Health.Set("echo", serving: false);

            Assert.Equal("""{"status": 2}""", await client.StandardOutput.ReadLineAsync(limit.Token));
        }
        finally
        {
            client.Kill();
        }
    }

    private static async Task<JsonElement> RunAsync(string scenario)
    {
        await using TestServer server = await StartAsync();
        return await ReferenceImplementation.CallAsync(server.Port, scenario);
    }

    private static async Task<TestServer> StartAsync()
    {
        Assert.SkipUnless(ReferenceImplementation.IsPresent, ReferenceImplementation.Missing);
        return await TestServer.StartAsync();
    }

    private static IEnumerable<string> Texts(JsonElement result, string name) => result.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
