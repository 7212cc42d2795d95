using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Telemetry;

/// <summary>
/// Logs to standard error, one line per event, if SECURE_COLLECTIVES_LOG is set and the program has no logger of its own.
/// </summary>
/// <param name="least">The minimum level to write.</param>
/// <param name="rank">The rank of this worker in the job.</param>
/// <param name="output">The destination; each line is written in one call. Not owned.</param>
/// <param name="clock">Supplies the timestamp of each line.</param>
internal sealed class StandardErrorLoggerFactory(LogLevel least, int rank, TextWriter output, TimeProvider clock) : ILoggerFactory
{
    private readonly Lock _gate = new();
    private readonly LogLevel _least = least;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The library's own log has no other providers.");

    public void Dispose()
    {
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    /// <summary>
    /// Escapes control characters, so that text from other processes cannot forge a log line or move a terminal's cursor.
    /// </summary>
    private static void AppendEscaped(StringBuilder line, string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                line.Append(character);
            }
        }
    }

    private void Write(LogLevel level, string category, EventId id, string message, Exception? exception)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture,
            $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {NameOf(level)} rank {rank} {category}[{id.Id}] ");
        AppendEscaped(line, message);
        if (exception is not null)
        {
            line.Append(" | ");
            AppendEscaped(line, exception.ToString());
        }

        line.Append('\n');
        lock (_gate)
        {
            output.Write(line.ToString());
            output.Flush();
        }
    }

    private sealed class LineLogger(StandardErrorLoggerFactory factory, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= factory._least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                factory.Write(logLevel, category, eventId, formatter(state, exception), exception);
            }
        }
    }
}
