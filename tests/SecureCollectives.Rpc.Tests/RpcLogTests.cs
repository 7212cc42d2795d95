using System.Reflection;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc.Tests;

public sealed class RpcLogTests
{
    [Fact]
    public void EventIds_All_AreSequentialFromOne()
    {
        int[] ids = [.. typeof(RpcLog).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => message.EventId)
            .Order()];

        Assert.NotEmpty(ids);
        Assert.Equal(Enumerable.Range(1, ids.Length), ids);
    }
}
