using Microsoft.Extensions.Logging;

namespace SecureCollectives.Testing;

/// <summary>Keeps what all loggers were told in one place.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory
{
    public RecordingLogger Logger { get; } = new();

    /// <summary>The messages at warning level and above.</summary>
    public IEnumerable<string> Warnings => Logger.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    public ILogger CreateLogger(string categoryName) => Logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It keeps everything itself.");

    public void Dispose()
    {
    }
}
