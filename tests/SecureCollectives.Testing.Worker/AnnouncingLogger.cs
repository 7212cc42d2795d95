using Microsoft.Extensions.Logging;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Prints log messages to standard output. After a lane port has been opened, waits for an order to continue. No peer learns of the port
/// before that, so a proxy can be put in front of it.
/// </summary>
internal sealed class AnnouncingLogger : ILoggerFactory, ILogger
{
    private const string LanesAreAccepted = "LanesAreAccepted";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This factory writes all messages itself.");

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
