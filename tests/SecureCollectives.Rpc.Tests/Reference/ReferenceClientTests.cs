using System.Globalization;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>Calls our host with the reference implementation's client.</summary>
public sealed class ReferenceClientTests
{
    /// <summary>Scenario, expected code, details and messages.</summary>
    public static TheoryData<string, string, string?, string[]> Scenarios => new()
    {
        { "unary", "OK", null, ["Grüße ☃"] },
        { "unary-fail", "FAILED_PRECONDITION", EchoService.Failure, [] },
        { "unary-throws", "UNKNOWN", "Exception was thrown by handler.", [] },
        { "unary-oversized", "RESOURCE_EXHAUSTED", null, [] },
        { "unknown-method", "UNIMPLEMENTED", null, [] },
        { "unknown-service", "UNIMPLEMENTED", null, [] },
        { "compressed", "UNIMPLEMENTED", null, [] },
        { "server-streaming", "OK", null, [.. Enumerable.Range(0, 1000).Select(number => number.ToString(CultureInfo.InvariantCulture))] },
        { "server-streaming-fail", "FAILED_PRECONDITION", EchoService.Failure, ["0", "1"] },
        { "health", "OK", null, ["1"] },
        { "health-unknown", "NOT_FOUND", null, [] },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Call_Scenario_EndsWithTheExpectedStatus(string scenario, string code, string? details, string[] messages)
    {
        await using var server = await StartAsync();

        var result = await ReferenceImplementation.CallAsync(server.Port, scenario);

        Assert.Equal(code, result.GetProperty("code").GetString());
        Assert.Equal(messages, result.GetProperty("messages").EnumerateArray().Select(message => message.ToString()));
        if (details is not null)
        {
            Assert.Equal(details, result.GetProperty("details").GetString());
        }
    }

    [Theory]
    [InlineData("unary-deadline", "DEADLINE_EXCEEDED")]
    [InlineData("server-streaming-cancel", "CANCELLED")]
    [InlineData("server-streaming-deadline", "DEADLINE_EXCEEDED")]
    public async Task Call_EndedByClient_HandlerIsCancelled(string scenario, string code)
    {
        await using var server = await StartAsync();

        var result = await ReferenceImplementation.CallAsync(server.Port, scenario);

        Assert.Equal(code, result.GetProperty("code").GetString());
        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task HealthWatch_StatusChanges_BothStatusesArrive()
    {
        await using var server = await StartAsync();
        server.Health.SetStatus("echo", ServingStatus.Serving);
        using var client = ReferenceImplementation.Start(
            "echo_client.py", server.Port.ToString(CultureInfo.InvariantCulture), "health-watch");
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        try
        {
            Assert.Equal("1", await client.StandardOutput.ReadLineAsync(limit.Token));

            server.Health.SetStatus("echo", ServingStatus.NotServing);

            Assert.Equal("2", await client.StandardOutput.ReadLineAsync(limit.Token));
        }
        finally
        {
            client.Kill();
        }
    }

    private static async Task<TestServer> StartAsync()
    {
        Assert.SkipUnless(ReferenceImplementation.IsPresent, ReferenceImplementation.Missing);
        return await TestServer.StartAsync();
    }
}
