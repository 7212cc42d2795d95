using System.Globalization;
using System.Text.Json;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Compare;

/// <summary>Runs one comparison, from building the peers to the report.</summary>
/// <param name="options">What to compare.</param>
/// <param name="build">Builds the peers' programs.</param>
/// <param name="ownPasses">The passes of our own contenders.</param>
/// <param name="output">Receives the table.</param>
/// <param name="error">Receives messages about missing peers and failures.</param>
/// <param name="progress">Receives the name of the current step.</param>
internal sealed class CompareRun(
    CompareOptions options, PeerBuild build, IReadOnlyList<IContenderPass> ownPasses, TextWriter output, TextWriter error,
        IProgress<string> progress)
{
    /// <returns>0, or 3 if an element was wrong or a contender failed. A peer that is not installed does not change the exit
    /// code.</returns>
    /// <exception cref="OperationCanceledException">The token fired; the results so far have been reported.</exception>
    public async Task<int> RunAsync(ReportFile? json, CancellationToken cancellationToken)
    {
        var (peerPasses, missing) = await PreparePeersAsync(cancellationToken).ConfigureAwait(false);
        foreach (var peer in missing)
        {
            error.WriteLine($"compare: {peer}");
        }

        IReadOnlyList<IContenderPass> passes = [.. peerPasses, .. ownPasses];
        var results = new CompareResults([.. passes.SelectMany(pass => pass.Contenders).Distinct()], options.Cells());
        var rounds = options.Rounds == 1 ? "round" : "rounds";
        var congestion = options.PeersCongestion is { } name ? $"; the peers' connections use {name}" : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{options.Rounds} {rounds}, order by --seed {options.Seed}{congestion}"));
        output.WriteLine();
        try
        {
            await new Comparer(passes, options.Rounds, options.Seed, CoreDistance.Measure, progress).RunAsync(results, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            Report(results, missing, json);
        }

        return results.Wrong > 0 || results.Failures.Count > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    private async Task<(List<IContenderPass> Passes, List<MissingPeer> Missing)> PreparePeersAsync(CancellationToken cancellationToken)
    {
        var cells = options.Cells();
        var passes = new List<IContenderPass>();
        var missing = new List<MissingPeer>();
        foreach (var peer in Peer.All)
        {
            progress.Report($"building {peer.Target}");
            var (program, reason) = await build.BuildAsync(peer, cancellationToken).ConfigureAwait(false);
            if (program is null)
            {
                missing.Add(reason!);
            }
            else
            {
                passes.AddRange(PeerPass.AllOf(peer, program, cells, options));
            }
        }

        return (passes, missing);
    }

    private static IEnumerable<string> WrongRows(CompareResults results) =>
        results.Rows().Where(row => row.Wrong > 0)
            .Select(row => $"{row.Wrong} of {row.Contender.Key} in {row.Cell.Collective} of {row.Cell.Bytes} bytes");

    private void Report(CompareResults results, IReadOnlyList<MissingPeer> missing, ReportFile? json)
    {
        progress.Report("");
        CompareTable.Write(output, results, options);
        foreach (var failure in results.Failures)
        {
            error.WriteLine($"compare: {failure}");
        }

        if (results.Wrong > 0)
        {
            error.WriteLine($"compare: {results.Wrong} elements of results were wrong: {string.Join("; ", WrongRows(results))}.");
        }

        json?.Write(JsonSerializer.SerializeToUtf8Bytes(
            CompareReport.Of(options, missing, results), CompareReportJson.Default.CompareReport));
    }
}
