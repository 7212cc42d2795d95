using System.Net.Security;
using Grpc.Core;
using Grpc.Health.V1;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Tests.Membership;

/// <summary>The grpc.health.v1.Health service at a worker's control port.</summary>
public sealed class HealthTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task CheckAndWatch_BeforeAndAfterTheJoin_SayNotServingAndServing()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(1);
        options.Port = cluster.ReservePort();
        options.BindAddress = "127.0.0.1"; // With a bind address, the worker listens before it has reached rank 0.
        var joining = Task.Run(() => cluster.JoinAsync(options));
        await cluster.Logs.WaitForAsync(message => message.Contains("/rank/1 listens for control", StringComparison.Ordinal));
        await using var connection = await ConnectAsync(cluster, options.Port);
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(connection));

        var seen = await connection.CallAsync(
            async calls =>
            {
                using var watch = new Health.HealthClient(calls).Watch(new HealthCheckRequest(), deadline: DateTime.UtcNow + Limit);
                Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
                var before = watch.ResponseStream.Current.Status;
                await Task.WhenAll(joining, Task.Run(() => cluster.JoinAsync(cluster.Options(0)))).WaitAsync(Limit);
                Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
                return (before, watch.ResponseStream.Current.Status);
            },
            CancellationToken.None);

        Assert.Equal((ServingStatus.NotServing, ServingStatus.Serving), seen);
        Assert.Equal(ServingStatus.Serving, await CheckAsync(connection));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var job = await RunningJob.StartAsync(2);
        await using var connection = await ConnectAsync(job.Cluster, job.Ports(1).Control);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(connection, "no.such.Service"));

        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    private static async Task<ServingStatus> CheckAsync(ClientConnection connection, string service = "")
    {
        var reply = await connection.CallAsync(
            calls => new Health.HealthClient(calls).CheckAsync(
                new HealthCheckRequest { Service = service }, deadline: DateTime.UtcNow + Limit).ResponseAsync, CancellationToken.None);
        return reply.Status;
    }

    private static Task<ClientConnection> ConnectAsync(LocalCluster cluster, int port)
    {
        var tls = cluster.Pki.CreateTlsOptions(0);
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Tls = (_, _) => ValueTask.FromResult(tls.ForClient([SslApplicationProtocol.Http2], cluster.Pki.Worker(1), _ => { })),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }
}
