using System.Globalization;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>A pass of a peer's program with one algorithm.</summary>
internal sealed class PeerPass : IContenderPass
{
    /// <summary>A pass takes seconds, or a minute for buffers of gibibytes; one that takes longer is hung.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Disables shared memory, and fabrics that have their own transports, so that only TCP remains.</summary>
    private static readonly string[] OverTcp = [
        "--mca", "pml", "ob1", "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "lo", "--mca", "coll", "^sm"];

    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Contender _contender;
    private readonly int _worldSize;

    private PeerPass(string program, IReadOnlyList<string> arguments, Contender contender, int worldSize)
    {
        _program = program;
        _arguments = arguments;
        _contender = contender;
        _worldSize = worldSize;
    }

    public string Name => $"{_contender.Title} over {_contender.Medium}";

    public IReadOnlyList<Contender> Contenders => [_contender];

    /// <summary>Returns the passes of one peer: one for each configuration that users choose from.</summary>
    public static IEnumerable<PeerPass> AllOf(Peer peer, string program, IReadOnlyCollection<CompareCell> cells, CompareOptions options) =>
        peer == Peer.OpenMpi
        ? [OpenMpi(program, Names.Memory, [], cells, options), OpenMpi(program, Names.Tcp, OverTcp, cells, options)]
        : from algorithm in GlooAlgorithm.All
          let able = algorithm.Cells(cells).ToArray()
          where able.Length > 0
          select Gloo(program, algorithm, able, options);

    /// <summary>
    /// Open MPI, by default through shared memory. Its tuned component chooses the algorithm; mpirun decides by the number of cores whether
    /// waiting ranks yield.
    /// </summary>
    private static PeerPass OpenMpi(
        string program, string medium, string[] held, IReadOnlyCollection<CompareCell> cells, CompareOptions options) => new(
        "mpirun",
        ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", Invariant(
            options.World), .. held, program, .. MeasureArguments(cells, options)],
        new Contender($"openmpi-{medium}", "Open MPI", medium, IsPeer: true),
        options.World);

    private static PeerPass Gloo(string program, GlooAlgorithm algorithm, IReadOnlyCollection<CompareCell> cells, CompareOptions options) =>
        new(
        program,
        ["--world", Invariant(options.World), "--algorithms", algorithm.Name, .. MeasureArguments(cells, options)],
        new Contender($"gloo-{algorithm.Name}", $"Gloo, {algorithm.Title}", Names.Tcp, IsPeer: true),
        options.World);

    public async Task<IReadOnlyList<CompareSample>> RunAsync(int round, CancellationToken cancellationToken)
    {
        var run = await ToolRun.RunAsync(_program, _arguments, Limit, cancellationToken).ConfigureAwait(false);
        var samples = CompareSample.OfBatches(_contender.Key, PeerLine.ParseAll(run.Output, _worldSize));
        // Exit code 1 is a result if elements were wrong, and a failure if none were.
        if (run.ExitCode != 0 && samples.All(sample => sample.Wrong == 0))
        {
            throw new ContenderFailedException($"it failed with exit code {run.ExitCode}: {run.Complaint()}");
        }

        return samples;
    }

    private static IEnumerable<string> MeasureArguments(IReadOnlyCollection<CompareCell> cells, CompareOptions options)
    {
        foreach (var collective in cells.GroupBy(cell => cell.Collective, cell => Invariant(cell.Bytes)))
        {
            yield return $"--{collective.Key}={string.Join(',', collective)}";
        }

        yield return $"--samples={Invariant(CompareOptions.Batches)}";
        yield return $"--warmup-ms={Invariant(options.WarmupMilliseconds)}";
        yield return $"--batch-ms={Invariant(options.BatchMilliseconds)}";
        if (options.PeersCongestion is { } congestion)
        {
            yield return $"--congestion={congestion}";
        }

        yield return "--end-with-input";
    }

    private static string Invariant(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
