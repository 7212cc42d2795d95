using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc.Tests.Hosting;

public sealed class HostLoggerFactoryTests
{
    [Theory]
    [InlineData("SecureCollectives.Rpc.RpcHost", LogLevel.Trace)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Warning)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)]
    public void CreateLogger_Category_EnablesItsLevels(string category, LogLevel least)
    {
        var log = new CategoryLog();
        var logger = new HostLoggerFactory(log).CreateLogger(category);

        for (var level = LogLevel.Trace; level < LogLevel.None; level++)
        {
            logger.Log(level, default, "x", null, (text, _) => text);
        }

        Assert.Equal(Enumerable.Range((int)least, (int)LogLevel.None - (int)least), log.Entries.Select(entry => (int)entry.Level));
    }

    [Fact]
    public void Dispose_CallersFactory_IsNotDisposed()
    {
        var log = new CategoryLog();

        new HostLoggerFactory(log).Dispose();

        Assert.False(log.WasDisposed);
    }
}
