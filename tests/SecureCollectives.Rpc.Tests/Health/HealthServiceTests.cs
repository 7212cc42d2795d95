using SecureCollectives.Rpc.Health;
using ServingStatus = SecureCollectives.Rpc.Health.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Rpc.Tests.Health;

public sealed class HealthServiceTests
{
    [Fact]
    public async Task Check_KnownService_GivesItsStatus()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        server.Health.Set("echo", serving: false);

        Assert.Equal(ServingStatus.Serving, await CheckAsync(channel, ""));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(channel, "echo"));
    }

    [Fact]
    public async Task Check_UnknownService_NotFound()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(channel, "unknown"));

        Assert.Equal(RpcStatusCode.NotFound, failure.Code);
    }

    [Fact]
    public async Task Watch_StatusChanges_EachChangeIsSentOnce()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        await using RpcClientCall<HealthCheckRequest, HealthCheckResponse> watch =
            await channel.ServerStreamingAsync(HealthMethods.Watch, new HealthCheckRequest { Service = "echo" }, TestLimits.Call, default);
        Assert.Equal(ServingStatus.ServiceUnknown, (await watch.ReadAsync())?.Status);

        server.Health.Set("echo", serving: true);
        Assert.Equal(ServingStatus.Serving, (await watch.ReadAsync())?.Status);

        server.Health.Set("echo", serving: true);
        server.Health.Set("other", serving: true);
        server.Health.Set("echo", serving: false);
        Assert.Equal(ServingStatus.NotServing, (await watch.ReadAsync())?.Status);
    }

    private static async Task<ServingStatus> CheckAsync(RpcChannel channel, string service) =>
        (await channel.UnaryAsync(HealthMethods.Check, new HealthCheckRequest { Service = service }, TestLimits.Call, default)).Message.Status;
}
