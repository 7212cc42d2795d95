using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace SecureCollectives.CommandLine;

/// <summary>The log of a verb that is a worker: the library's warnings, one line each, on standard error.</summary>
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

    /// <summary>The job's own errors are left out, because the verb reports the exception thrown with them.</summary>
    private static bool IsShown(string? category, LogLevel level) =>
        level == LogLevel.Warning || (level > LogLevel.Warning && category != typeof(Job).FullName);
}
