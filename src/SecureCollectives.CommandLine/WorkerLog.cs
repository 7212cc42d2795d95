using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace SecureCollectives.CommandLine;

/// <summary>The log of a worker that is a verb: warnings of the library, one line each, on standard error.</summary>
internal static class WorkerLog
{
    public static ILoggerFactory Create() => LoggerFactory.Create(builder =>
    {
        builder.AddFilter(IsShown);
        builder.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    });

    /// <summary>A failed communicator throws too, and that is what the verb reports.</summary>
    private static bool IsShown(string? category, LogLevel level) =>
        level == LogLevel.Warning || (level > LogLevel.Warning && category != typeof(Job).FullName);
}
