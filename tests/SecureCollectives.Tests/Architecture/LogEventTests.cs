using System.Reflection;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Tests.Architecture;

/// <summary>Each project has one log class with event ids 1, 2, 3 and so on, so that an id in a log leads to one line of code.</summary>
public sealed class LogEventTests
{
    [Theory]
    [InlineData(Layers.Rpc)]
    [InlineData(Layers.Transport)]
    [InlineData(Layers.Top)]
    public void Events_OfAProject_AreInOneClassAndNumberedInOrder(string name)
    {
        var events = Events(name).ToArray();

        Assert.Single(events.Select(log => log.Method.DeclaringType).Distinct());
        Assert.Equal(Enumerable.Range(1, events.Length), events.Select(log => log.Message.EventId).Order());
        Assert.Distinct(events.Select(log => log.Message.Message));
    }

    [Theory]
    [InlineData(Layers.Framing)]
    [InlineData(Layers.Security)]
    public void Events_BelowTransport_DoNotExist(string name) => Assert.Empty(Events(name));

    private static IEnumerable<(MethodInfo Method, LoggerMessageAttribute Message)> Events(string name) =>
        from type in Layers.Load(name).GetTypes()
        from method in type.GetMethods(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select (method, message);
}
