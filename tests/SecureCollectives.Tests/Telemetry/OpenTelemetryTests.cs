using OpenTelemetry;
using OpenTelemetry.Metrics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>
/// The metrics that OpenTelemetry's SDK exports from the instruments. Runs alone, because the SDK collects from all communicators in the
/// process.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class OpenTelemetryTests
{
    private const int Calls = 7;
    private const int Length = 50_000;

    [Fact]
    public async Task MeterProvider_OfAWorld_ExportsNamesUnitsAttributesAndValues()
    {
        var exported = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("SecureCollectives").AddInMemoryExporter(exported).Build();
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "gradients", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            for (var i = 0; i < Calls; i++)
            {
                await member.AllReduceAsync<float>(new float[Length], ReduceOp.Sum, CancellationToken.None);
            }
        });
        Assert.True(provider.ForceFlush());

        var metrics = exported.ToDictionary(static metric => metric.Name);
        Assert.All(exported, static metric => Assert.Equal("SecureCollectives", metric.MeterName));
        Assert.Equal(["securecollectives.communicator.active", "securecollectives.link.received", "securecollectives.link.sent",
            "securecollectives.operation.bytes", "securecollectives.operation.duration", "securecollectives.operation.wait"],
            metrics.Keys.Order(StringComparer.Ordinal));
        var duration = metrics["securecollectives.operation.duration"];
        Assert.Equal(("s", MetricType.Histogram), (duration.Unit, duration.MetricType));
        var point = Assert.Single(PointsOf(duration));
        Assert.Equal(2 * Calls, point.GetHistogramCount());
        Assert.Equal(
            [
                ("securecollectives.collective", "AllReduce"), ("securecollectives.protection", "Aead"),
                ("securecollectives.size_class", "1MiB"), ("securecollectives.transport", "Tcp"),
            ],
            TagsOf(point));
        var bytes = metrics["securecollectives.operation.bytes"];
        Assert.Equal(("By", MetricType.LongSum), (bytes.Unit, bytes.MetricType));
        Assert.Equal(2L * Calls * Length * sizeof(float), Assert.Single(PointsOf(bytes)).GetSumLong());
        Assert.InRange(Assert.Single(PointsOf(metrics["securecollectives.communicator.active"])).GetSumLong(), 2, long.MaxValue);
        Assert.Equal(["0", "1"], PointsOf(metrics["securecollectives.link.sent"])
            .Select(static sent => TagsOf(sent).Single(static tag => tag.Item1 == "securecollectives.peer.rank").Item2).Order());
    }

    private static MetricPoint[] PointsOf(Metric metric)
    {
        var points = new List<MetricPoint>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            points.Add(point);
        }

        return [.. points];
    }

    private static (string, string)[] TagsOf(MetricPoint point)
    {
        var tags = new List<(string, string)>();
        foreach (var (name, value) in point.Tags)
        {
            tags.Add((name, $"{value}"));
        }

        return [.. tags.Order()];
    }
}
