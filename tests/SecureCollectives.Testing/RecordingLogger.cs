using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Testing;

/// <summary>Records log messages for tests.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int EventId, string Message)> _entries = new();

    /// <summary>Completes at every entry, and is then replaced.</summary>
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next entry. Take it before reading <see cref="Entries"/>.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public IReadOnlyCollection<(LogLevel Level, int EventId, string Message)> Entries => _entries;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
