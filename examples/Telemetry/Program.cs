// A worker with OpenTelemetry metrics and traces. Each rank serves metrics to Prometheus on port 9464 plus its rank. If
// OTEL_EXPORTER_OTLP_ENDPOINT is set, the worker also exports metrics and traces there. It averages gradients until Ctrl-C, or for the
// number of steps given as an argument.
//
//   secure-collectives launch --workers 2 -- dotnet Telemetry.dll
//   curl http://127.0.0.1:9464/metrics
using System.Globalization;
using System.Runtime.InteropServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SecureCollectives;

const string Library = "SecureCollectives";
const string Host = "127.0.0.1";
const int DefaultPort = 9464;
const int Parameters = 256 * 1024;

var steps = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : int.MaxValue;
var options = JobOptions.FromEnvironment();
var firstPort = int.TryParse(Environment.GetEnvironmentVariable("TELEMETRY_PORT"), CultureInfo.InvariantCulture, out var given)
    ? given : DefaultPort;
var port = firstPort + options.Rank;
var sends = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

var metrics = Sdk.CreateMeterProviderBuilder().AddMeter(Library).ConfigureResource(Describe)
    .AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = (Host, port));
var traces = Sdk.CreateTracerProviderBuilder().AddSource(Library).ConfigureResource(Describe);
using var meterProvider = (sends ? metrics.AddOtlpExporter() : metrics).Build();
using var tracerProvider = (sends ? traces.AddOtlpExporter() : traces).Build();

// A signal must not stop this rank alone, so all ranks agree on the step after which they stop.
var isStopping = false;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var group = await Communicator.JoinAsync(options);
Console.WriteLine($"metrics at http://{Host}:{port}/metrics");
var gradients = new float[Parameters];
var stop = new int[1];
for (var step = 0; step < steps && stop[0] == 0; step++)
{
    Array.Fill(gradients, group.Rank);
    await group.AllReduceAsync<float>(gradients, ReduceOp.Average);
    stop[0] = Volatile.Read(ref isStopping) ? 1 : 0;
    await group.AllReduceAsync<int>(stop, ReduceOp.Max);
}

void Describe(ResourceBuilder resource) =>
    resource.AddService("telemetry-example", serviceInstanceId: $"rank-{options.Rank}");

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    Volatile.Write(ref isStopping, true);
}
