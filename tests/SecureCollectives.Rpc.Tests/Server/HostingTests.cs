using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc.Tests.Server;

/// <summary>The server is an object, not a host. These tests change the process's environment and console, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(HostingTests), DisableParallelization = true)]
[Collection(nameof(HostingTests))]
public sealed class HostingTests
{
    private static readonly string[] Variables =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_URLS", "URLS", "HTTP_PORTS", "Kestrel__Endpoints__Http__Url", "ASPNETCORE_Kestrel__Endpoints__Http__Url"];

    [Fact]
    public async Task Start_HostVariablesSet_OnlyTheGivenEndpointListens()
    {
        using var reserved = new RefusingPort();
        int port = reserved.Number;
        foreach (string variable in Variables)
        {
            Environment.SetEnvironmentVariable(variable, variable.EndsWith("PORTS", StringComparison.Ordinal) ? $"{port}" : $"http://127.0.0.1:{port}");
        }

        try
        {
            await using TestServer server = await TestServer.StartAsync();
            using var probe = new TcpClient();

            SocketException refused = await Assert.ThrowsAsync<SocketException>(() => probe.ConnectAsync(IPAddress.Loopback, port));

            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.NotEqual(port, server.Port);
        }
        finally
        {
            foreach (string variable in Variables)
            {
                Environment.SetEnvironmentVariable(variable, null);
            }
        }
    }

    [Fact]
    public async Task Run_StartCallFailStop_WritesNothingToTheConsoleAndLogsToTheFactory()
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        Console.SetOut(written);
        Console.SetError(written);
        try
        {
            await using TestServer server = await TestServer.StartAsync();
            await using RpcChannel channel = server.Connect();
            await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Say, new Note { Text = "throw" }, TestLimits.Call, default));
            await server.StopAsync(TimeSpan.FromSeconds(1));
            Assert.Contains(server.Log.Entries, entry => entry.Category == typeof(RpcServer).FullName);
            Assert.Contains(server.Log.Entries, entry => entry.Category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Empty(written.ToString());
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoAndNothingStaysBound()
    {
        await using TestServer first = await TestServer.StartAsync();
        using var free = new RefusingPort();
        var options = new RpcServerOptions
        {
            Listeners = [new RpcListener(free.EndPoint), new RpcListener(first.EndPoint)],
            Methods = new RpcMethodTable(),
        };

        RpcBindException failure = await Assert.ThrowsAsync<RpcBindException>(() => RpcServer.StartAsync(options));

        Assert.Equal(BindFailure.AddressInUse, failure.Reason);
        Assert.Equal(first.EndPoint, failure.EndPoint);
        Assert.Contains($"{first.EndPoint}: the port is in use", failure.Message, StringComparison.Ordinal);
        using var again = new TcpListener(free.EndPoint);
        again.Start();
    }

    [Fact]
    public async Task Start_ForeignAddress_SaysSo()
    {
        // 192.0.2.0/24 is for documentation: no machine has it.
        var options = new RpcServerOptions { Listeners = [new RpcListener(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))], Methods = new RpcMethodTable() };

        RpcBindException failure = await Assert.ThrowsAsync<RpcBindException>(() => RpcServer.StartAsync(options));

        Assert.Equal(BindFailure.AddressNotAvailable, failure.Reason);
    }

    [Fact]
    public async Task Start_TwoListeners_ReportsBothPortsInOrder()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        using var free = new RefusingPort();
        await using RpcServer server = await RpcServer.StartAsync(new RpcServerOptions
        {
            Listeners = [new RpcListener(any), new RpcListener(free.EndPoint)],
            Methods = new RpcMethodTable(),
        });

        Assert.Equal(2, server.EndPoints.Count);
        Assert.NotEqual(0, server.EndPoints[0].Port);
        Assert.Equal(free.EndPoint, server.EndPoints[1]);
    }

    [Fact]
    public async Task Stop_CallOpen_IsBoundedAndCancelsTheHandler()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RpcChannel channel = server.Connect();
        Task<RpcReply<Note>> call = channel.UnaryAsync(EchoMethods.Say, new Note { Text = "wait" }, TestLimits.Call, default);
        await server.Echo.Started.WaitAsync(TestLimits.Wait);

        await server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(TestLimits.Wait);

        await server.Echo.Cancelled.WaitAsync(TestLimits.Wait);
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call)).Code);
    }
}
