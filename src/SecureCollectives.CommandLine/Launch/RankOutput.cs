using System.Globalization;
using System.Text;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The launcher's standard output and standard error, shared by all workers. A prefix shows the rank that each line comes from.
/// </summary>
internal sealed class RankOutput(Stream output, bool colourOutput, Stream error, bool colourError) : IWorkerOutput
{
    // Cyan, yellow, green, magenta, blue, red: readable on both dark and light backgrounds.
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 31];

    private readonly Lock _gate = new();

    /// <summary>
    /// Writes to this process's console, in colour on a terminal unless the user has opted out (https://no-color.org).
    /// </summary>
    public static RankOutput OfConsole()
    {
        var allowed = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var streams = StandardStreams.OfProcess;
        return new RankOutput(
            streams.Output, allowed && !Console.IsOutputRedirected, streams.Error, allowed && !Console.IsErrorRedirected);
    }

    public Task CopyOutputAsync(int rank, Stream source, CancellationToken cancellationToken) =>
        new LinePrefixer(Prefix(rank, colourOutput), output, _gate).PumpAsync(source, cancellationToken);

    public Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken) =>
        new LinePrefixer(Prefix(rank, colourError), error, _gate).PumpAsync(source, cancellationToken);

    private static byte[] Prefix(int rank, bool colour)
    {
        var label = string.Create(CultureInfo.InvariantCulture, $"[{rank}]");
        return Encoding.ASCII.GetBytes(colour ? $"\e[{Colours[rank % Colours.Length]}m{label}\e[0m " : $"{label} ");
    }
}
