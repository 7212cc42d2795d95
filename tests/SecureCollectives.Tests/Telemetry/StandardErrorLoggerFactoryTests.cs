using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Telemetry;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Telemetry;

public sealed class StandardErrorLoggerFactoryTests
{
    [Fact]
    public void Log_AnEvent_IsOneLineWithTimeLevelRankCategoryAndId()
    {
        Assert.Equal("1970-01-01T00:00:00.000Z warning rank 3 SecureCollectives.Job[16] No protection.\n",
            Written(LogLevel.Debug, logger => Log(logger, LogLevel.Warning, 16, "No protection.")));
    }

    [Theory]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("\u009b\u2028", "\\u009b\\u2028")]
    public void Log_ControlCharacters_AreEscaped(string message, string expected) =>
        Assert.EndsWith($"[0] {expected}\n", Written(LogLevel.Trace, logger => Log(logger, LogLevel.Error, 0, message)),
            StringComparison.Ordinal);

    [Fact]
    public void Log_AnException_IsOnTheSameLine()
    {
        var written = Written(LogLevel.Trace,
            logger => logger.Log(LogLevel.Error, 0, "Failed.", new InvalidOperationException("first\nsecond"), static (text, _) => text));

        Assert.Equal(written.Length - 1, written.IndexOf('\n', StringComparison.Ordinal));
        Assert.Contains("System.InvalidOperationException: first\\u000asecond", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_BelowTheLevel_IsNotWritten() =>
        Assert.Empty(Written(LogLevel.Warning, static logger => Log(logger, LogLevel.Information, 0, "Quiet.")));

    [Fact]
    public void Loggers_ProgramSetsALoggerFactory_IsThatFactory()
    {
        var recording = new RecordingLoggerFactory();
        var options = new JobOptions { LogFrom = LogLevel.Trace };
        Assert.True(options.Loggers.CreateLogger("category").IsEnabled(LogLevel.Trace));
        options.LoggerFactory = NullLoggerFactory.Instance;
        options.LogFrom = null;
        Assert.False(options.Loggers.CreateLogger("category").IsEnabled(LogLevel.Critical));
        options.LogFrom = LogLevel.Error;
        options.LoggerFactory = recording;
        Assert.True(options.Loggers.CreateLogger("category").IsEnabled(LogLevel.Information));
    }

    private static string Written(LogLevel least, Action<ILogger> log)
    {
        using var output = new StringWriter();
        var factory = new StandardErrorLoggerFactory(least, 3, output, new ManualTime(DateTimeOffset.UnixEpoch));
        log(factory.CreateLogger("SecureCollectives.Job"));
        return output.ToString();
    }

    private static void Log(ILogger logger, LogLevel level, int id, string message) =>
        logger.Log(level, id, message, exception: null, static (text, _) => text);
}
