using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecureCollectives.Rpc;

/// <summary>
/// Wraps the caller's logger factory for the parts of the host, and suppresses their per-request and startup messages. Disposing it does
/// not dispose the caller's factory.
/// </summary>
internal sealed class HostLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>
    /// Suppressed entirely: our own log says why a connection or address could not be served, and startup failures also throw.
    /// </summary>
    private const string HostCategory = "Microsoft.Extensions.Hosting";

    private static readonly string[] LibraryCategories = ["Microsoft.", "Grpc."];

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(HostCategory, StringComparison.Ordinal) ? NullLogger.Instance
        : Array.Exists(LibraryCategories, library => categoryName.StartsWith(library, StringComparison.Ordinal)) ? new WarningLogger(
            inner.CreateLogger(categoryName))
        : inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The host must not add logging providers.");

    public void Dispose()
    {
    }

    private sealed class WarningLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
