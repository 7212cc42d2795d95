using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Hosting;

/// <summary>
/// The host is an object inside another program's process. These tests change the process's environment and console, so no other test runs
/// beside them.
/// </summary>
[CollectionDefinition(nameof(HostingTests), DisableParallelization = true)]
[Collection(nameof(HostingTests))]
public sealed class HostingTests
{
    private static readonly string[] Variables =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_URLS", "DOTNET_HTTP_PORTS", "URLS", "HTTP_PORTS",
            "Kestrel__Endpoints__Http__Url", "ASPNETCORE_Kestrel__Endpoints__Http__Url"];

    [Fact]
    public async Task Start_HostVariablesSet_OnlyTheGivenEndpointListens()
    {
        using var reserved = new RefusingPort();
        var port = reserved.Number;
        foreach (var variable in Variables)
        {
            Environment.SetEnvironmentVariable(
                variable, variable.EndsWith("PORTS", StringComparison.Ordinal) ? $"{port}" : $"http://127.0.0.1:{port}");
        }

        try
        {
            await using var server = await TestServer.StartAsync();
            using var probe = new TcpClient();

            var refused = await Assert.ThrowsAsync<SocketException>(() => probe.ConnectAsync(IPAddress.Loopback, port));

            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.NotEqual(port, server.Port);
        }
        finally
        {
            foreach (var variable in Variables)
            {
                Environment.SetEnvironmentVariable(variable, null);
            }
        }
    }

    [Fact]
    public async Task Run_StartCallFailStop_WritesNothingToTheConsoleAndLogsToTheFactory()
    {
        (var output, var error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        Console.SetOut(written);
        Console.SetError(written);
        try
        {
            await using var server = await TestServer.StartAsync();
            await using var connection = await server.ConnectAsync();
            await Assert.ThrowsAsync<RpcException>(() => connection.SayAsync("throw"));
            using var rawConnection = await RawConnection.OpenAsync(server.Port);
            await rawConnection.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await rawConnection.ReadToEndAsync(TestLimits.Wait);
            await server.StopAsync(TimeSpan.FromSeconds(1));
            Assert.False(server.Log.WasDisposed);
            Assert.Contains(server.Log.Entries, entry => entry.Category == typeof(RpcHost).FullName);
            Assert.Contains(server.Log.Entries,
                entry => entry.Category.StartsWith("Grpc.", StringComparison.Ordinal) && entry.Level == LogLevel.Error);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Empty(written.ToString());
    }

    [Fact]
    public async Task Start_PortInUse_FailsAndLeavesNothingBound()
    {
        await using var first = await TestServer.StartAsync();
        using var free = new RefusingPort();
        var options = new RpcHostOptions
        {
            Listeners = [new RpcListener(free.EndPoint), new RpcListener(first.EndPoint)],
            Services = new RpcServices(),
        };

        var failure = await Assert.ThrowsAsync<RpcBindException>(() => RpcHost.StartAsync(options));

        Assert.Equal(first.EndPoint, failure.EndPoint);
        Assert.Contains($"{first.EndPoint}: the port is in use", failure.Message, StringComparison.Ordinal);
        using var again = new TcpListener(free.EndPoint);
        again.Start();
    }

    [Fact]
    public async Task Start_ForeignAddress_FailsWithTheReason()
    {
        // 192.0.2.0/24 is reserved for documentation: no machine has such an address.
        var options = new RpcHostOptions
        {
            Listeners = [
            new RpcListener(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))],
            Services = new RpcServices()
        };

        var failure = await Assert.ThrowsAsync<RpcBindException>(() => RpcHost.StartAsync(options));

        Assert.Contains("this machine has no such address", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TwoListeners_ReportsBothPortsInOrder()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        using var free = new RefusingPort();
        await using var server = await RpcHost.StartAsync(new RpcHostOptions
        {
            Listeners = [new RpcListener(any), new RpcListener(free.EndPoint)],
            Services = new RpcServices(),
        });

        Assert.Equal(2, server.EndPoints.Count);
        Assert.NotEqual(0, server.EndPoints[0].Port);
        Assert.Equal(free.EndPoint, server.EndPoints[1]);
    }

    [Fact]
    public async Task Stop_CallOpen_IsBoundedAndCancelsTheHandler()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        Task call = connection.SayAsync("wait");
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        await server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(TestLimits.Wait);

        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        Assert.Equal(ConnectionFailure.Lost, (await Assert.ThrowsAsync<ConnectionException>(() => call)).Failure);
    }

    [Fact]
    public async Task Start_ThreeInOneProcess_EachServesAndStopsIndependently()
    {
        await using var first = await TestServer.StartAsync();
        await using var second = await TestServer.StartAsync();
        await using var third = await TestServer.StartAsync();
        await using var toFirst = await first.ConnectAsync();
        await using var toThird = await third.ConnectAsync();
        await toFirst.SayAsync("x");

        await second.DisposeAsync();

        await toFirst.SayAsync("x");
        await toThird.SayAsync("x");
        Assert.NotSame(first.Echo.LastConnection, third.Echo.LastConnection);
    }
}
