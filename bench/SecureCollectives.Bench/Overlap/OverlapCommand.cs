using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.Overlap;

/// <summary>The verb <c>overlap</c>: measures how much of the communication is hidden behind computation.</summary>
internal static class OverlapCommand
{
    public const string Name = "overlap";
    public const string ProtectionOption = "--protection";
    public const string LineRateOption = "--line-rate";
    public const string BytesOption = "--bytes";
    public const string LayersOption = "--layers";
    public const string BucketsOption = "--buckets";
    public const string RoundsOption = "--rounds";

    private const string Worker = "--worker";
    private const string Job = "overlap";
    private const int DefaultWorld = 2;
    private const int LargestWorld = 1024;
    private const int MostLayers = 4096;
    private const long DefaultBytes = 16 << 20;
    private const long MostBytes = 1L << 30;

    private const string Description = """
        Measures how much time a training step saves by averaging gradients while it is still computing
        others. Starts workers on this machine whose backward pass takes as long as the communication of
        its gradients. Compares steps that run one after the other with steps in which GradientBucketer
        overlaps the two.

          secure-collectives-bench overlap
          secure-collectives-bench overlap --world 2 --line-rate 1Gbit --bytes 32M --buckets 16

        Because both take the same time, an overlapped step takes at best half as long, plus the
        communication of the last bucket. Exit codes: 0 success; 2 wrong options; 3 a failed run.
        """;

    public static Command Create()
    {
        var world = NumberOption.Create(
            "--world", "The number of workers to start.", DefaultWorld, LargestWorld, static () => DefaultWorld);
        var protection = new Option<string>(
            ProtectionOption)
        { Description = "The protection of the gradients.", DefaultValueFactory = static _ => Names.Aead };
        protection.AcceptOnlyFromAmong([.. Names.Protections.Names]);
        var rate = new Option<string>(LineRateOption)
        {
            Description = "The maximum rate at which each worker sends.",
            HelpName = "RATE",
            DefaultValueFactory = static _ => "1Gbit"
        };
        rate.Validators.Add(static result =>
        {
            if (!BitRate.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError($"{LineRateOption} must be a rate such as 1Gbit or 500Mbit.");
            }
        });
        var bytes = ParameterOptions.SizeOption(BytesOption, "The total size of one worker's gradients.", DefaultBytes);
        var layers = NumberOption.Create(LayersOption, "The number of layers; each has one gradient.", 2, MostLayers, static () => 32);
        var buckets = NumberOption.Create(BucketsOption, "The number of buckets for the gradients.", 1, MostLayers, static () => 8);
        var rounds = NumberOption.Create(RoundsOption, "The number of steps of each kind.", 1, int.MaxValue, static () => 21);
        var worker = new Option<bool>(Worker) { Hidden = true };
        var command = new Command(Name, Description) { world, protection, rate, bytes, layers, buckets, rounds, worker };
        var (force, wide) = (new ForceOption(), new WideOption());
        force.AddTo(command);
        wide.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            _ = BitRate.TryParse(parsed.GetValue(rate)!, out var lineRate);
            var options = new OverlapOptions(
                parsed.GetValue(protection)!, lineRate, parsed.GetValue(bytes).Bytes, parsed.GetValue(layers), parsed.GetValue(buckets),
                    parsed.GetValue(rounds));
            if (options.Bytes > MostBytes || options.LayerLength < 1)
            {
                throw new CommandFailureException(ExitCode.Usage,
                    $"{BytesOption} is {ByteSize.Describe(options.Bytes)}; "
                        + $"it must be at most 1G and have at least one element for each of {options.Layers} layers.");
            }

            if (parsed.GetValue(worker))
            {
                return RunWorkerAsync(options, parsed.InvocationConfiguration.Output, cancellationToken);
            }

            MachineLimits.OfThisOne().RequireCores(parsed.GetValue(world), force.IsGiven(parsed));
            return LaunchAsync(
                parsed.GetValue(world), options, parsed.InvocationConfiguration, wide.WidthOf(parsed), cancellationToken);
        });
        return command;
    }

    private static Task<int> LaunchAsync(
        int world, OverlapOptions options, InvocationConfiguration console, int width, CancellationToken cancellationToken)
    {
        var own = WorkerCommand.OwnProgram();
        var launch = new LaunchOptions
        {
            Name = $"secure-collectives-bench {Name}",
            Workers = world,
            Job = Job,
            Port = LoopbackPort.FindFree(),
            Command = own with { Arguments = [.. own.Arguments, Name, Worker, .. options.ToArguments()] },
            // Allow --protection plaintext, for comparison. The data never leaves the machine.
            Variables = new Dictionary<string, string> { [LaunchVariables.AllowPlaintext] = "1" },
        };
        return new Launcher(launch, new ThrowawayCertificates(TimeProvider.System),
            new FirstRankOutput(Show, RankOutput.OfConsole()), console.Error).RunAsync(cancellationToken);

        void Show(string text)
        {
            foreach (var line in WrappedText.Lines(text, width))
            {
                console.Output.WriteLine(line);
            }
        }
    }

    private static async Task<int> RunWorkerAsync(OverlapOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var joining = JobOptions.FromEnvironment();
        joining.LoggerFactory = NullLoggerFactory.Instance;
        var job = await SecureCollectives.Job.JoinAsync(joining, cancellationToken).ConfigureAwait(false);
        await using var ownsJob = job.ConfigureAwait(false);
        var result = await new OverlapSession(job, options).RunAsync(cancellationToken).ConfigureAwait(false);
        foreach (var line in job.Rank == 0 ? OverlapReport.Lines(options, result, job.WorldSize) : [])
        {
            await output.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        return ExitCode.Success;
    }
}
