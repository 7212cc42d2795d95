using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Connections;

/// <summary>Peers that keep HTTP/2 busy without carrying data. Both sides of a connection tolerate 64 KiB of this.</summary>
public sealed class FloodTests
{
    private static readonly byte[] Ping = RawHttp2.Frame(RawHttp2.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

    [Fact]
    public async Task Server_EndlessPings_ClosesAfterTheAllowance()
    {
        const int Margin = 1 << 10;
        await using var server = await TestServer.StartAsync();
        await using var client = await RawHttp2.ConnectAsync(server.Port);
        for (var sent = 0; sent < Http2Allowance.Capacity - Margin; sent += Ping.Length)
        {
            await client.ProveAliveAsync(TestLimits.Wait);
        }

        await client.SendAsync([.. Enumerable.Repeat(Ping, 2 * Margin / Ping.Length).SelectMany(ping => ping)]);
        await client.ReadToEndAsync(TestLimits.Wait);
        await server.Log.WaitForAsync(LogLevel.Warning, $"more than {Http2Allowance.Capacity} bytes arrived that carry no data");
    }

    /// <summary>Data earns allowance for HTTP/2's overhead, so calls may use three times the initial allowance.</summary>
    [Fact]
    public async Task Server_ManyCallsOnOneConnection_ServesThemAll()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        string text = new('x', 100);
        for (var call = 0; call < 2000; call++)
        {
            Assert.Equal(text, await connection.SayAsync(text));
        }
    }

    /// <summary>Does not use pings, because the client's HTTP/2 stack already limits pings to the number it can answer.</summary>
    [Fact]
    public async Task Client_EndlessWindowUpdates_ClosesAfterTheAllowance()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port };
        var accepting = listener.AcceptTcpClientAsync();
        await using var connection = await ClientConnection.ConnectAsync(options, CancellationToken.None);
        using var peer = await accepting.WaitAsync(TestLimits.Wait);
        var call = connection.SayAsync("x");
        await FloodAsync(peer.GetStream());

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => call);
        Assert.Equal(ConnectionFailure.Lost, failure.Failure);
        Assert.True(failure.Message.Contains($"more than {Http2Allowance.Capacity} bytes that carry no data", StringComparison.Ordinal),
            failure.ToString());
    }

    /// <summary>Writes until the other side closes, and discards everything that it sends in the meantime.</summary>
    private static async Task FloodAsync(NetworkStream stream)
    {
        var discarded = new byte[64 << 10];
        var reading = Task.Run(async () =>
        {
            while (await stream.ReadAsync(discarded) > 0)
            {
            }
        });
        await stream.WriteAsync(RawHttp2.Frame(RawHttp2.Settings, 0, 0));
        byte[] part = [.. Enumerable.Repeat(RawHttp2.Frame(RawHttp2.WindowUpdate, 0, 0, 0, 0, 0, 1), 64).SelectMany(update => update)];
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await stream.WriteAsync(part, limit.Token);
            }
        });
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
