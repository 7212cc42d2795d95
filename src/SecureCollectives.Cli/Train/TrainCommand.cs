using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Train;

/// <summary>The verb <c>train</c>: one worker of a data-parallel training run on handwritten digits.</summary>
internal static partial class TrainCommand
{
    private const int Most = 1_000_000;
    private const int MostHidden = 4096;

    private const string Description = """
        Trains a small network on real handwritten digits, together with the other workers of the job.

        Each worker has its own part of the images. AllReduce averages the gradients in every step; at the end, AllGather proves that all
        workers have bit-identical weights. Run it under launch:

          secure-collectives launch --workers 4 -- train
        """;

    public static Command Create(OpenWorkerGroup open)
    {
        var defaults = new TrainingOptions();
        var epochs = NumberOption.Create("--epochs", "Passes over the training images.", 1, Most, () => defaults.Epochs);
        var batch = NumberOption.Create("--batch", "Images per step, over all workers.", 1, Most, () => defaults.Batch);
        var hidden = NumberOption.Create("--hidden", "Units in the hidden layer.", 1, MostHidden, () => defaults.Hidden);
        var seed = NumberOption.Create("--seed", "Seed for the initial weights and the batches.", 0, int.MaxValue, () => defaults.Seed);
        var learningRate = new Option<float>("--learning-rate")
        {
            Description = "The optimizer's step size.",
            DefaultValueFactory = _ => defaults.LearningRate,
            CustomParser = ParseLearningRate,
        };
        var protection = ChoiceOption.Create<Protection>(
            "--protection",
            "How gradients are protected in transit. plaintext also needs SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1.",
            new("aead", Protection.Aead),
            new("tls", Protection.Tls),
            new("tls+aead", Protection.TlsAndAead),
            new("plaintext", Protection.UnsafePlaintext));
        var transport = ChoiceOption.Create<TransportKind>(
            "--transport", "How gradients are sent.", new("tcp", TransportKind.Tcp), new("grpc", TransportKind.Grpc));
        var localTransport = ChoiceOption.Create<LocalTransport>(
            "--local-transport",
            "How gradients are sent between workers on the same host, with --transport tcp. "
                + "auto uses SECURE_COLLECTIVES_LOCAL_TRANSPORT, or memory if that is not set.",
            new("auto", LocalTransport.Automatic),
            new("memory", LocalTransport.Memory),
            new("tcp", LocalTransport.Tcp));
        var noTrace = NoTrace.CreateOption();
        var quiet = new Option<bool>("--quiet") { Description = "Print only the result." };

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
                Protection = parsed.GetRequiredValue(protection).Value,
                Transport = parsed.GetRequiredValue(transport).Value,
                LocalTransport = parsed.GetRequiredValue(localTransport).Value,
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
                $"the weights differ: rank 0 has {result.Digests[0]}, but "
                + string.Join(", ", ranks.Select(rank => $"rank {rank} has {result.Digests[rank]}"))
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

        result.AddError($"--learning-rate must be a number greater than 0, not '{text}'.");
        return default;
    }
}
