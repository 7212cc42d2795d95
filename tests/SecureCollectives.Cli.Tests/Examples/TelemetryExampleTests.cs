using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Cli.Tests.Examples;

/// <summary>Runs the OpenTelemetry example with the command in its first lines.</summary>
public sealed partial class TelemetryExampleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Launch_ScrapedByPrometheus_ExposesAllInstruments()
    {
        using var directory = new TemporaryDirectory();
        var (first, second) = TwoPorts();
        using (first)
        using (second)
        using (var launch = Launch(directory, 2, [], ("TELEMETRY_PORT", $"{first.Number}")))
        {
            var pages = (await launch.LinesAsync(2, static line => PageLine().IsMatch(line)))
                .Select(static line => PageLine().Match(line).Groups[1].Value);
            using var http = new HttpClient { Timeout = Limit };
            foreach (var page in pages)
            {
                string text;
                do
                {
                    text = await http.GetStringAsync(new Uri(page));
                }
                while (!text.Contains("securecollectives_operation_duration_seconds_count", StringComparison.Ordinal));

                Assert.Matches(
                    "securecollectives_operation_duration_seconds_count\\{[^}]*securecollectives_collective=\"AllReduce\"", text);
                Assert.Contains("securecollectives_operation_bytes", text, StringComparison.Ordinal);
                Assert.Contains("securecollectives_operation_wait_seconds", text, StringComparison.Ordinal);
                Assert.Matches("securecollectives_link_sent_bytes_total\\{[^}]*securecollectives_peer_rank=\"[01]\"", text);
                Assert.Contains("securecollectives_communicator_active", text, StringComparison.Ordinal);
            }

            launch.Signal(ProgramProcess.Sigterm);
            await launch.ExitAsync();
        }
    }

    [Fact]
    public async Task Launch_OtlpEndpointSet_SendsMetricsAndTraces()
    {
        var bodies = new ConcurrentDictionary<string, ConcurrentQueue<string>>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            bodies.GetOrAdd(signal, static _ => new()).Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        });
        await receiver.StartAsync();

        using var directory = new TemporaryDirectory();
        var (first, second) = TwoPorts();
        using (first)
        using (second)
        using (var launch = Launch(
            directory, 2, ["20"], ("TELEMETRY_PORT", $"{first.Number}"), ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Urls.Single()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            var (code, _, error) = await launch.ExitAsync();
            Assert.Empty(error);
            Assert.Equal(0, code);
        }

        foreach (var rank in new[] { "rank-0", "rank-1" })
        {
            Assert.Contains(bodies["metrics"], body => body.Contains(rank, StringComparison.Ordinal)
                && body.Contains("securecollectives.operation.duration", StringComparison.Ordinal));
            Assert.Contains(bodies["traces"], body => body.Contains(rank, StringComparison.Ordinal)
                && body.Contains("AllReduce", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Launch_LogLevelSet_WritesOneLinePerEventToStandardError()
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory.Path, ["SECURE_COLLECTIVES_LOG"] = "information" },
            "launch", "--workers", "2", "--", "dotnet", Path.Combine(AppContext.BaseDirectory, "ShardedWeights.dll"));
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(0, code);
        Assert.All(error, static line => Assert.Matches(LogLine(), line));
        foreach (var rank in new[] { 0, 1 })
        {
            Assert.Contains(error, line => line.Contains($" information rank {rank} SecureCollectives.Job[15] Communicator ",
                StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Launch_UnknownLogLevel_NamesTheValidLevels()
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory.Path, ["SECURE_COLLECTIVES_LOG"] = "verbose" },
            "launch", "--workers", "1", "--", "dotnet", Path.Combine(AppContext.BaseDirectory, "ShardedWeights.dll"));
        var (code, _, error) = await launch.ExitAsync();

        Assert.NotEqual(0, code);
        Assert.Contains(error, static line => line.Contains(
            "SECURE_COLLECTIVES_LOG is 'verbose'; it should be trace, debug, information, warning or error, or not set.",
            StringComparison.Ordinal));
    }

    private static ProgramProcess Launch(
        TemporaryDirectory directory, int workers, string[] arguments, params (string Name, string Value)[] variables) =>
        ProgramProcess.Start(
            "secure-collectives",
            variables.Append(("XDG_RUNTIME_DIR", directory.Path))
                .ToDictionary(static entry => entry.Item1, static entry => (string?)entry.Item2),
            ["launch", "--workers", $"{workers}", "--", "dotnet", Path.Combine(AppContext.BaseDirectory, "Telemetry.dll"), .. arguments]);

    /// <summary>Reserves one port per rank; the second number follows the first.</summary>
    private static (ReservedPort First, ReservedPort Second) TwoPorts()
    {
        while (true)
        {
            var first = ReservedPort.Draw();
            if (ReservedPort.TryDraw(first.Number + 1) is { } second)
            {
                return (first, second);
            }

            first.Dispose();
        }
    }

    [GeneratedRegex("^\\[[01]\\] metrics at (http://[^ ]+/metrics)$")]
    private static partial Regex PageLine();

    [GeneratedRegex(
        "^\\[[01]\\] [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z (information|warning|error) rank [01] [A-Za-z0-9.]+\\[[0-9]+\\] .+$")]
    private static partial Regex LogLine();
}
