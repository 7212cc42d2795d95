using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Compare;

/// <summary>A pass of our contenders: the bench's own workers, which measure all variants in the same processes.</summary>
internal sealed class OwnPass : IContenderPass
{
    private readonly CompareOptions _options;
    private readonly BenchParameters _parameters;
    private readonly TextWriter _error;

    private OwnPass(string name, CompareOptions options, BenchParameters parameters, TextWriter error)
    {
        Name = name;
        _options = options;
        _parameters = parameters with
        {
            Rounds = CompareOptions.Batches,
            Transports = OwnContenders.Transports,
            Protections = OwnContenders.Protections,
            Suites = [Names.AutomaticSuite],
            Channels = options.Channels,
        };
        _error = error;
    }

    public string Name { get; }

    public IReadOnlyList<Contender> Contenders => OwnContenders.All;

    /// <summary>Returns one pass for bandwidth and, if requested, one for latency, which is a single size of a single collective.</summary>
    public static IReadOnlyList<IContenderPass> AllOf(CompareOptions options, TextWriter error)
    {
        var all = new OwnPass("SecureCollectives", options, new BenchParameters
        {
            Collectives = options.Collectives,
            MinBytes = options.MinBytes,
            MaxBytes = options.MaxBytes,
            Factor = options.Factor,
            // Measure the system's congestion control beside the library's choice, to show the performance without the library's socket
            // options.
            Congestion = [Names.OwnCongestion, Names.SystemCongestion],
        }, error);
        return options.HasLatency ? [Small(options, error), all] : [all];
    }

    public async Task<IReadOnlyList<CompareSample>> RunAsync(int round, CancellationToken cancellationToken)
    {
        var rows = new RowCollector();
        // Each round has its own seed, so that a different variant goes first.
        var parameters = _parameters with { Seed = unchecked(_options.Seed + round) & int.MaxValue };
        var code = await new LocalWorld(_options.World, parameters, _error).RunAsync(rows, cancellationToken).ConfigureAwait(false);
        if (code != ExitCode.Success)
        {
            throw new ContenderFailedException($"its workers failed with exit code {code}");
        }

        return [.. rows.Rows.Select(SampleOf)];
    }

    private static OwnPass Small(CompareOptions options, TextWriter error) => new("SecureCollectives, small", options, new BenchParameters
    {
        Collectives = [ComparedCollective.AllReduce, OwnContenders.AllReduceAsync],
        MinBytes = CompareOptions.LatencyBytes,
        MaxBytes = CompareOptions.LatencyBytes,
        Congestion = [Names.OwnCongestion],
    }, error);

    private static CompareSample SampleOf(ResultRow row) =>
        new(OwnContenders.Of(row).Key, new CompareCell(OwnContenders.CollectiveOf(row), row.Bytes), row.TimeUs.Median, row.Wrong);
}
