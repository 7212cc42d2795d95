using System.CommandLine;
using System.Security.Cryptography;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Compare;

/// <summary>The verb <c>compare</c>: measures Open MPI, Gloo and this library back to back.</summary>
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
        Runs Open MPI (through shared memory and over TCP), Gloo (over TCP) and SecureCollectives (plaintext
        and sealed, each way) back to back on this machine and prints how they compare, with intervals. It
        needs the source tree: the peers' programs are built from bench/peers on first use, with make and g++.
        A peer that is not installed is reported, with the packages to install, and skipped.

          secure-collectives-bench compare --world 2
          secure-collectives-bench compare --rounds 20 --json compare.json
          secure-collectives-bench compare --collectives broadcast,alltoall
          secure-collectives-bench compare --peers-congestion reno

        The last makes the peers use the congestion control that SecureCollectives chooses for itself.
        bench/peers/README.md explains the method and each line. Exit codes: 0, even if a peer is not
        installed; 2 wrong options; 3 wrong elements, or a contender failed; 130 interrupted, after printing
        and writing the results so far.
        """;

    public static Command Create()
    {
        var collectives = ParameterOptions.NameOption(
            "--collectives", "What to compare.", ComparedCollective.All, CompareOptions.DefaultCollectives);
        var world = NumberOption.Create("--world", "The number of ranks, all on this machine.", 2, MostRanks, () => DefaultWorld);
        var minBytes = SizeOption(
            "--min-bytes", "Smallest buffer, in bytes or with K, M, G. AllReduce is also measured at 4 bytes, for its latency.", Mebi);
        var maxBytes = SizeOption("--max-bytes", "Largest buffer.", 64 * Mebi);
        var factor = NumberOption.Create("--factor", "The factor from one size to the next.", 2, MostFactor, () => 4);
        var rounds = NumberOption.Create(
            "--rounds", "How many times to start each contender; from 6 rounds on, ratios have an interval.", 1, MostRounds,
                () => DefaultRounds);
        var seed = NumberOption.Create(
            "--seed", "Determines the order in each round. Default: a random seed, which is printed.", 0, int.MaxValue);
        var congestion = new Option<string?>("--peers-congestion")
        {
            Description = "TCP congestion control of the peers' connections, such as reno. "
                + "The peers have no such option themselves. Default: the system's.",
            HelpName = "NAME",
        };
        var channels = NumberOption.Create(
            "--channels", "Threads of each of our ranks that share large operations. Default: the library chooses.", 1,
                BenchParameters.MostChannels);
        var peers = new Option<string?>("--peers")
        {
            Description =
            "The folder bench/peers. Default: found by searching upwards from the current folder and from the program.",
            HelpName = "FOLDER"
        };
        var json = new Option<string?>("--json") { Description = "Writes every sample and ratio to this file.", HelpName = "FILE" };

        var command = new Command(
            "compare", Description) { collectives, world, minBytes, maxBytes, factor, rounds, seed, congestion, channels, peers, json };
        var force = new ForceOption();
        force.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new CompareOptions
            {
                Collectives = parsed.GetValue(collectives)!.Names,
                World = parsed.GetValue(world),
                MinBytes = parsed.GetValue(minBytes).Bytes,
                MaxBytes = parsed.GetValue(maxBytes).Bytes,
                Factor = parsed.GetValue(factor),
                Rounds = parsed.GetValue(rounds),
                Seed = parsed.GetResult(seed) is null ? RandomNumberGenerator.GetInt32(int.MaxValue) : parsed.GetValue(seed),
                PeersCongestion = parsed.GetValue(congestion),
                Channels = parsed.GetResult(channels) is null ? null : parsed.GetValue(channels),
            };
            if (options.MinBytes > options.MaxBytes)
            {
                throw new CommandFailureException(ExitCode.Usage, "--min-bytes is more than --max-bytes.");
            }

            var limits = MachineLimits.OfThisOne();
            limits.RequireCores(options.World, force.IsGiven(parsed));
            limits.Require(options.World, options.MaxBytes);
            var source = SourceOf(parsed.GetValue(peers));
            using var report = ReportFile.Open(parsed.GetValue(json), "--json");
            var run = new CompareRun(
                options,
                new PeerBuild(source, Environment.GetEnvironmentVariable("PATH")),
                OwnPass.AllOf(options, parsed.InvocationConfiguration.Error),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error,
                new ProgressLine());
            return await run.RunAsync(report, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static string SourceOf(string? given)
    {
        if (given is not null && !PeerBuild.IsSource(given))
        {
            throw new CommandFailureException(
                ExitCode.Usage, $"--peers '{given}' has no Makefile: it must be the folder bench/peers of the source tree.");
        }

        return given ?? PeerBuild.FindSource(AppContext.BaseDirectory, Environment.CurrentDirectory)
            ?? throw new CommandFailureException(
                ExitCode.Usage,
                "compare builds the peers' programs from the source tree, and neither this program nor the current folder is in one. "
                    + "Run it in a checkout of SecureCollectives, or pass the checkout's bench/peers folder with --peers.");
    }

    private static Option<ByteSize> SizeOption(string name, string description, long defaultValue) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        DefaultValueFactory = _ => new ByteSize(defaultValue),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!ByteSize.TryParse(text, out var size) || size.Bytes is < sizeof(float) or > MostBytes || size.Bytes % sizeof(float) != 0)
            {
                result.AddError($"{name} must be a multiple of {sizeof(float)} up to 1G, such as 65536, 64K or 16M, not '{text}'.");
            }

            return size;
        },
    };
}
