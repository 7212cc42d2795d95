using Microsoft.Extensions.Logging;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Says on the output what is logged. Where a port for lanes is opened it waits for an order to go on: until then nobody is told of the
/// port, so that a proxy can be put in front of it.
/// </summary>
internal sealed class AnnouncingLogger : ILoggerFactory, ILogger
{
    private const string LanesAreAccepted = "LanesAreAccepted";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It says everything itself.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        Orders.Say($"log {logLevel} {formatter(state, exception)}");
        if (eventId.Name == LanesAreAccepted && state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            Orders.Say($"listening {values.Single(value => value.Key == "Port").Value}");
            Orders.Next();
        }
    }

    public void Dispose()
    {
    }
}
