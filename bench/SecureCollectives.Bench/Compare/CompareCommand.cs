using System.CommandLine;
using System.Security.Cryptography;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Compare;

/// <summary>The verb <c>compare</c>: Open MPI, Gloo and us, back to back.</summary>
internal static class CompareCommand
{
    private const int DefaultWorld = 4;
    private const int MostRanks = 64;
    private const int DefaultRounds = 8;
    private const int MostRounds = 1000;
    private const int MostFactor = 1024;
    private const long Mebi = 1024 * 1024;

    /// <summary>Gloo's earlier algorithms count bytes in an int.</summary>
    private const long MostBytes = 1024 * Mebi;

    private const string Description = """
        Runs Open MPI (over TCP), Gloo (ring and halving-doubling) and SecureCollectives (plaintext and sealed) back to back on this machine and prints
        how they compare. Their programs are built from bench/peers on first use; a peer that is not there is named, with what to install, and left out.

          secure-collectives-bench compare --world 2
          secure-collectives-bench compare --world 4 --min-bytes 64K --max-bytes 1M --rounds 20 --json compare.json
        """;

    public static Command Create()
    {
        var world = NumberOption.Create("--world", "How many ranks, all on this machine.", 2, MostRanks, () => DefaultWorld);
        var minBytes = SizeOption("--min-bytes", "Smallest buffer, in bytes or with K, M, G.", Mebi);
        var maxBytes = SizeOption("--max-bytes", "Largest buffer.", 64 * Mebi);
        var factor = NumberOption.Create("--factor", "From one size to the next.", 2, MostFactor, () => 4);
        var rounds = NumberOption.Create("--rounds", "How often each contender is started; from 6 on ratios have an interval.", 1, MostRounds, () => DefaultRounds);
        var seed = NumberOption.Create("--seed", "Decides the order in each round. Default: chosen and printed.", 0, int.MaxValue);
        var congestion = new Option<string?>("--peers-congestion")
        {
            Description = "TCP congestion control of the peers' connections, such as reno. They offer no such setting themselves. Default: the kernel's.",
        };
        var peers = new Option<string?>("--peers") { Description = "The folder bench/peers. Default: found from here and from the program upwards." };
        var json = new Option<string?>("--json") { Description = "Writes every sample and ratio into this file." };

        var command = new Command("compare", Description) { world, minBytes, maxBytes, factor, rounds, seed, congestion, peers, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new CompareOptions
            {
                World = parsed.GetValue(world),
                MinBytes = parsed.GetValue(minBytes),
                MaxBytes = parsed.GetValue(maxBytes),
                Factor = parsed.GetValue(factor),
                Rounds = parsed.GetValue(rounds),
                Seed = parsed.GetResult(seed) is null ? RandomNumberGenerator.GetInt32(int.MaxValue) : parsed.GetValue(seed),
                PeersCongestion = parsed.GetValue(congestion),
            };
            if (options.MinBytes > options.MaxBytes)
                throw new CommandFailureException(ExitCode.Usage, "--min-bytes is more than --max-bytes.");

            var source = parsed.GetValue(peers) ?? PeerBuild.FindSource(AppContext.BaseDirectory, Environment.CurrentDirectory)
                ?? throw new CommandFailureException(ExitCode.Usage, "bench/peers is neither above this program nor above the current folder: say where by --peers.");
            using var report = ReportFile.Open(parsed.GetValue(json), "--json");
            var run = new CompareRun(
                options,
                new PeerBuild(source, Environment.GetEnvironmentVariable("PATH")),
                OwnPass.AllOf(options, parsed.InvocationConfiguration.Error),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error,
                new ProgressLine(parsed.InvocationConfiguration.Error));
            return await run.RunAsync(report, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Option<long> SizeOption(string name, string description, long defaultValue) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!ByteSize.TryParse(text, out var size) || size.Bytes is < sizeof(float) or > MostBytes || size.Bytes % sizeof(float) != 0)
                result.AddError($"{name} must be a multiple of {sizeof(float)} up to 1G, such as 65536, 64K or 16M, not '{text}'.");
            return size.Bytes;
        },
    };
}
