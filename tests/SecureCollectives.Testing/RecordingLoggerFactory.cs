using Microsoft.Extensions.Logging;

namespace SecureCollectives.Testing;

/// <summary>Records the messages of all loggers in one place.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public RecordingLogger Logger { get; } = new();

    /// <summary>The messages at warning level and above.</summary>
    public IEnumerable<string> Warnings => Logger.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    /// <summary>Waits until enough messages match.</summary>
    /// <exception cref="TimeoutException">They were not logged within half a minute.</exception>
    public async Task WaitForAsync(Predicate<string> matches, int count = 1)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var changed = Logger.Changed;
            if (Logger.Entries.Count(entry => matches(entry.Message)) >= count)
            {
                return;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("The expected messages were not logged. The log "
                    + $"contains:\n{string.Join('\n', Logger.Entries.Select(entry => entry.Message))}");
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => Logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This factory records all messages itself.");

    public void Dispose()
    {
    }
}
