using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Train;

/// <summary>The verb <c>train</c>: one worker of a data-parallel training on real digits.</summary>
internal static partial class TrainCommand
{
    private const int Most = 1_000_000;
    private const int MostHidden = 4096;

    private const string Description = """
        Trains a small network on real handwritten digits, together with the other workers of the job.

        Each worker has its own part of the images. Gradients are averaged by AllReduce in every step; at the end an AllGather proves that
        all workers hold the same weights to the bit. Run it under launch:

          secure-collectives launch --workers 4 -- train
        """;

    public static Command Create(OpenWorkerGroup open)
    {
        var defaults = new TrainingOptions();
        var epochs = NumberOption.Create("--epochs", "How often all training images are visited.", 1, Most, () => defaults.Epochs);
        var batch = NumberOption.Create("--batch", "Images per step, over all workers together.", 1, Most, () => defaults.Batch);
        var hidden = NumberOption.Create("--hidden", "Units of the hidden layer.", 1, MostHidden, () => defaults.Hidden);
        var seed = NumberOption.Create("--seed", "Decides initial weights and batches.", 0, int.MaxValue, () => defaults.Seed);
        var learningRate = new Option<float>("--learning-rate")
        {
            Description = "Size of a step.",
            DefaultValueFactory = _ => defaults.LearningRate,
            CustomParser = ParseLearningRate,
        };
        var protection = ChoiceOption.Create(
            "--protection",
            "What protects gradients on their way. plaintext also needs SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1.",
            ("aead", Protection.Aead),
            ("tls", Protection.Tls),
            ("tls+aead", Protection.TlsAndAead),
            ("plaintext", Protection.UnsafePlaintext));
        var transport = ChoiceOption.Create(
            "--transport", "What carries gradients.", ("tcp", TransportKind.Tcp), ("grpc", TransportKind.Grpc));
        var localTransport = ChoiceOption.Create(
            "--local-transport",
            "What carries gradients to workers of the same host, with --transport tcp. "
                + "auto is what SECURE_COLLECTIVES_LOCAL_TRANSPORT says, or memory.",
            ("auto", LocalTransport.Automatic),
            ("memory", LocalTransport.Memory),
            ("tcp", LocalTransport.Tcp));
        var noTrace = NoTrace.CreateOption();
        var quiet = new Option<bool>("--quiet") { Description = "Print the outcome only." };

        var command = new Command(
            "train", Description) { epochs, batch, hidden, learningRate, seed, protection, transport, localTransport, noTrace, quiet };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            NoTrace.ApplyIf(parsed.GetValue(noTrace));
            var options = new TrainingOptions
            {
                Epochs = parsed.GetValue(epochs),
                Batch = parsed.GetValue(batch),
                Hidden = parsed.GetValue(hidden),
                LearningRate = parsed.GetValue(learningRate),
                Seed = parsed.GetValue(seed),
            };
            var lanes = new CommunicatorOptions
            {
                Protection = parsed.GetValue(protection),
                Transport = parsed.GetValue(transport),
                LocalTransport = parsed.GetValue(localTransport),
            };
            var group = await open(lanes, cancellationToken).ConfigureAwait(false);
            await using (group.ConfigureAwait(false))
            {
                var output = parsed.InvocationConfiguration.Output;
                return await RunAsync(options, group, output, parsed.GetValue(quiet), cancellationToken).ConfigureAwait(false);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        TrainingOptions options, IWorkerGroup group, TextWriter output, bool quiet, CancellationToken cancellationToken)
    {
        var progress = new TrainingProgress(options, group, output, quiet);
        var trainer = new Trainer(options, DigitsDataset.LoadEmbedded(), group, progress.Epoch);
        progress.Start(trainer);
        var result = await trainer.RunAsync(cancellationToken).ConfigureAwait(false);
        if (result.DifferingRanks is not [] and var ranks)
        {
            throw new CommandFailureException(ExitCode.Failed,
                $"the weights differ: rank 0 holds {result.Digests[0]}, but "
                + string.Join(", ", ranks.Select(rank => $"rank {rank} holds {result.Digests[rank]}"))
                + ". Run the same version with the same options on all workers.");
        }

        progress.End(result);
        return ExitCode.Success;
    }

    private static float ParseLearningRate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and < float.PositiveInfinity)
        {
            return value;
        }

        result.AddError($"--learning-rate must be a number above 0, not '{text}'.");
        return default;
    }
}
