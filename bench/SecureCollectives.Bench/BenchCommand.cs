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

/// <summary>The program without a verb: measures a local world.</summary>
internal static class BenchCommand
{
    private const int DefaultWorld = 4;
    private const int SmallestWorld = 2;
    private const int LargestWorld = 1024;

    private const string Description = """
        What does encryption cost? Measures AllReduce and AllGather in every protection and in plaintext, in
        the same processes, and prints the overhead with an interval. Without a verb it starts worker
        processes on this machine, with identities that are discarded at the end.

          secure-collectives-bench
          secure-collectives-bench --collectives allreduce --rounds 31
          secure-collectives-bench --world 2 --line-rate 10Gbit
          secure-collectives-bench --suite automatic,aes-256-gcm
          secure-collectives-bench --json result.json --csv result.csv

        The first takes about three minutes. The third shows how much overhead remains when the network
        is the bottleneck; the fourth measures two ciphers side by side.

        The overhead is the share of plaintext's throughput that is lost: 50 % means twice the time. A
        terminal shows the columns that fit; a file gets all of them. bench/README.md explains the method and
        each column. Exit codes: 0 success; 2 wrong options, or a machine too small for them; 3 wrong elements
        or a failed run; 130 interrupted, after writing the rows so far; 141 output closed by its reader.
        """;

    public static RootCommand Create()
    {
        var parameters = new ParameterOptions();
        var reports = new ReportOptions();
        var world = NumberOption.Create(
            "--world", "The number of worker processes to start.", SmallestWorld, LargestWorld, () => DefaultWorld);
        var force = new ForceOption();
        var command = new RootCommand(Description) { WorkerVerb.Create(), CompareCommand.Create(), SimulateCommand.Create(),
            OverlapCommand.Create(), FiguresCommand.Create(Create), CompletionCommand.Create("secure-collectives-bench") };
        command.Options.Add(world);
        force.AddTo(command);
        parameters.AddTo(command);
        reports.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var size = parsed.GetValue(world);
            var wanted = parameters.Read(parsed);
            wanted.Require(size);
            var limits = MachineLimits.OfThisOne();
            limits.RequireCores(size, force.IsGiven(parsed));
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
