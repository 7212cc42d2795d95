using System.CommandLine;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Figures;
using SecureCollectives.Bench.Overlap;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench;

/// <summary>The program without a verb: a local world, measured.</summary>
internal static class BenchCommand
{
    private const int DefaultWorld = 4;
    private const int SmallestWorld = 2;
    private const int LargestWorld = 1024;

    private const string Description = """
        What does encryption cost? Measures AllReduce and AllGather in every protection, beside plaintext,
        in the same processes, and tells the overhead with an interval. Without a verb it starts a world of
        worker processes on this machine, with identities that are thrown away at the end.

          secure-collectives-bench                                            everything, in about three minutes
          secure-collectives-bench --collectives allreduce --min-bytes 1M --max-bytes 16M --rounds 31
          secure-collectives-bench --world 2 --line-rate 10Gbit               what is left of the overhead where the network is the limit
          secure-collectives-bench --suite automatic,aes-256-gcm              two ciphers beside each other
          secure-collectives-bench --json result.json --csv result.csv        for other programs

        overhead is the share of plaintext's throughput that is lost; twice the time is 50 %.
        bench/README.md says how it is measured and what each column means. Exit codes: 0; 2 wrong options;
        3 wrong elements or a failed run; 130 interrupted, after writing the rows so far.
        """;

    public static RootCommand Create()
    {
        var parameters = new ParameterOptions();
        var reports = new ReportOptions();
        var world = NumberOption.Create("--world", "How many worker processes to start.", SmallestWorld, LargestWorld, () => DefaultWorld);
        var command = new RootCommand(Description) { WorkerVerb.Create(), CompareCommand.Create(), SimulateCommand.Create(),
            OverlapCommand.Create(), FiguresCommand.Create(Create), CompletionCommand.Create("secure-collectives-bench") };
        command.Options.Add(world);
        parameters.AddTo(command);
        reports.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var size = parsed.GetValue(world);
            var wanted = parameters.Read(parsed);
            wanted.Require(size);
            var limits = MachineLimits.OfThisOne();
            limits.Require(size, wanted.Sizes.Max());
            using var run = reports.Open(parsed);
            return await run.ShowAsync(sink =>
            {
                if (limits.Warning(size) is { } warning)
                {
                    sink.Take(new NoteTaken(warning));
                }

                return new LocalWorld(size, wanted, parsed.InvocationConfiguration.Error).RunAsync(sink, cancellationToken);
            }).ConfigureAwait(false);
        });
        return command;
    }
}
