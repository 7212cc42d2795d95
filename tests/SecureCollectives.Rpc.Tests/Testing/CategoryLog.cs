using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc.Tests;

/// <summary>Records every log message in memory, with its category.</summary>
internal sealed class CategoryLog : ILoggerFactory
{
    /// <summary>Completes at every message, and is then replaced.</summary>
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(string Category, LogLevel Level, string Message)> Entries { get; } = new();

    public bool WasDisposed { get; private set; }

    /// <summary>Waits for a message, which may be written after the peer has seen its cause.</summary>
    public async Task WaitForAsync(LogLevel level, string words)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        while (true)
        {
            // Take it before reading the messages, so that none is missed.
            var changed = Volatile.Read(ref _changed).Task;
            if (Entries.Any(entry => entry.Level == level && entry.Message.Contains(words, StringComparison.Ordinal)))
            {
                return;
            }

            await changed.WaitAsync(limit.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => WasDisposed = true;

    private sealed class Recorder(CategoryLog owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            owner.Entries.Enqueue((category, logLevel, formatter(state, exception)));
            Interlocked.Exchange(ref owner._changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
                .TrySetResult();
        }
    }
}
